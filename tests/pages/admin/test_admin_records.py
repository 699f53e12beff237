"""What staff do from the records in the admin."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.messaging.consent.opt_out import is_opted_out, opt_out
from scheduler.messaging.models import OptOut
from scheduler.replies.receive import receive
from scheduler.worklist.ask_staff import ask_staff
from scheduler.worklist.models import StaffTask
from tests.closures.closing import sent_offer
from tests.factories import NOW, PHONE
from tests.pages.reading import words_of

pytestmark = pytest.mark.django_db
OPT_OUTS = "/admin/scheduler/optout/"


@pytest.fixture
def admin() -> Client:
    browser = Client()
    browser.force_login(User.objects.create_superuser("root"))
    return browser


def lift(admin: Client) -> str:
    chosen = {"action": "lift_pause", "_selected_action": [OptOut.objects.get().pk]}
    return words_of(admin.post(OPT_OUTS, chosen, follow=True))


class TestAPauseOfTexts:
    def test_is_lifted_in_the_admin(self, admin: Client) -> None:
        opt_out("sms", PHONE, source="text", now=NOW, paused_for_staff=True)
        assert "gets messages again" in lift(admin)
        assert not is_opted_out("sms", PHONE)
        assert OptOut.objects.get().lifted_by == User.objects.get()

    def test_is_not_lifted_where_the_owner_stopped_them(self, admin: Client) -> None:
        opt_out("sms", PHONE, source="text", now=NOW)
        assert "stays as it is" in lift(admin)
        assert is_opted_out("sms", PHONE)


class TestWhatNeedsAPerson:
    def test_stays_open_where_more_than_done_must_be_said(
        self, admin: Client, dana: Provider
    ) -> None:
        receive("SM1", PHONE, "please leave me alone, no texts", now=NOW)
        ask_staff(StaffTask.Kind.CODES, now=NOW)
        chosen = {
            "action": "mark_done",
            "_selected_action": list(StaffTask.objects.values_list("pk", flat=True)),
        }
        said = words_of(admin.post("/admin/scheduler/stafftask/", chosen, follow=True))
        assert "Some stay open" in said
        assert [task.kind for task in StaffTask.objects.filter(done_at=None)] == ["maybe-stop"]


class TestATimeKeptAsAnOffer:
    def test_is_not_booked_as_if_its_owner_had_been_called(
        self, admin: Client, dana: Provider
    ) -> None:
        kept = sent_offer().held
        assert kept
        chosen = {"action": "book_after_call", "_selected_action": [kept.pk]}
        said = words_of(admin.post("/admin/scheduler/appointment/", chosen, follow=True))
        assert "No call was asked for about this time" in said
        assert Appointment.objects.get(pk=kept.pk).status == "held"


class TestAnActionOnWhatIsNoRow:
    def test_says_so_and_does_nothing(self, admin: Client) -> None:
        opt_out("sms", PHONE, source="text", now=NOW, paused_for_staff=True)
        chosen = {"action": "lift_pause", "_selected_action": [OptOut.objects.get().pk, ""]}
        assert "Choose rows of the list." in words_of(admin.post(OPT_OUTS, chosen, follow=True))
        assert is_opted_out("sms", PHONE)
