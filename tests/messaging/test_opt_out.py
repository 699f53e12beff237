"""An opt-out holds until it is lifted, and what is still to come is owed again then."""

from datetime import timedelta

import pytest

from scheduler.booking.cancel import cancel
from scheduler.booking.models import Appointment
from scheduler.booking.reschedule import reschedule
from scheduler.clinic.models import Provider
from scheduler.messaging.consent.lift_opt_out import NotPaused, lift_pause, opt_in
from scheduler.messaging.consent.opt_out import is_opted_out, opt_out
from scheduler.messaging.consent.preferences import set_preferences
from scheduler.messaging.models import OptOut
from scheduler.replies.receive import receive
from scheduler.worklist.models import StaffTask
from tests.factories import NOW, PATIENT, PHONE, STAFF, TUESDAY, at, book, messages_of
from tests.messaging.carriers import Carrier, deliver_due
from tests.staff import make_user

HOUR = timedelta(hours=1)
REMINDED = at("2026-11-21 10:00")


@pytest.fixture
def visit(dana: Provider) -> Appointment:
    """Its confirmation is out; two texts are to come."""
    booked = book()
    deliver_due(Carrier(), now=NOW)
    opt_out("sms", PHONE, source="text", now=NOW + HOUR)
    return booked


def start_again(visit: Appointment, *, hours: int = 2) -> dict[str, str]:
    """The texts' kinds and statuses once the number started again."""
    assert opt_in("sms", PHONE, source="text", now=NOW + hours * HOUR)
    visit.refresh_from_db()
    texts = messages_of(visit, channel="sms", sequence=visit.sequence)
    return {text.kind: text.status for text in texts}


class TestStartingAgain:
    def test_owes_the_reminders_again(self, visit: Appointment) -> None:
        assert start_again(visit) == {
            "confirmation": "accepted",
            "reminder-3-days": "planned",
            "reminder-1-day": "planned",
        }
        carrier = Carrier()
        assert deliver_due(carrier, now=REMINDED) == ["accepted"]
        assert len(carrier.sent) == 1

    def test_leaves_out_those_whose_time_is_past(self, visit: Appointment) -> None:
        late = int((REMINDED - NOW) / HOUR) + 1
        assert start_again(visit, hours=late)["reminder-3-days"] == "suppressed"
        assert deliver_due(Carrier(), now=REMINDED + HOUR) == []

    def test_owes_nothing_of_a_time_that_was_given_up(self, visit: Appointment) -> None:
        reschedule(visit.pk, TUESDAY + 24 * HOUR, by=STAFF, now=NOW + HOUR)
        start_again(visit)
        assert {text.status for text in messages_of(visit, channel="sms", sequence=0)} == {
            "accepted",
            "suppressed",
        }
        kinds = [text.kind for text in messages_of(visit, channel="sms", status="planned")]
        assert kinds == ["moved", "reminder-3-days", "reminder-1-day"]

    def test_owes_nothing_of_a_visit_that_was_cancelled(self, visit: Appointment) -> None:
        cancel(visit.pk, by=PATIENT, now=NOW + HOUR)
        assert set(start_again(visit)) == {"cancelled"}

    def test_sends_no_reminder_to_whom_turned_them_off_meanwhile(self, visit: Appointment) -> None:
        set_preferences(visit.pk, reminders_on=False, now=NOW + HOUR)
        start_again(visit)
        assert deliver_due(Carrier(), now=REMINDED) == ["suppressed"]


class TestAPause:
    @pytest.fixture
    def paused(self, dana: Provider) -> Appointment:
        booked = book()
        deliver_due(Carrier(), now=NOW)
        receive("SM1", PHONE, "please quit texting me", now=NOW + HOUR)
        deliver_due(Carrier(), now=NOW + HOUR)
        return booked

    def test_is_lifted_by_staff_and_the_reminders_are_owed_again(self, paused: Appointment) -> None:
        user = make_user()
        lift_pause("sms", PHONE, by=user, now=NOW + 2 * HOUR)
        assert not is_opted_out("sms", PHONE)
        assert deliver_due(Carrier(), now=REMINDED) == ["accepted"]

    def test_says_who_lifted_it_and_when(self, paused: Appointment) -> None:
        user = make_user()
        lift_pause("sms", PHONE, by=user, now=NOW + 2 * HOUR)
        lifted = OptOut.objects.get()
        assert (lifted.lifted_by, lifted.lifted_at) == (user, NOW + 2 * HOUR)

    def test_settles_the_task_that_asked_for_it(self, paused: Appointment) -> None:
        user = make_user()
        lift_pause("sms", PHONE, by=user, now=NOW + 2 * HOUR)
        task = StaffTask.objects.get(kind="maybe-stop")
        assert (task.done_by, task.done_at) == (user, NOW + 2 * HOUR)

    def test_is_not_an_opt_out_which_its_owner_alone_can_lift(self, visit: Appointment) -> None:
        with pytest.raises(NotPaused):
            lift_pause("sms", PHONE, by=make_user(), now=NOW + 2 * HOUR)
        assert is_opted_out("sms", PHONE)

    def test_is_lifted_once(self, paused: Appointment) -> None:
        user = make_user()
        lift_pause("sms", PHONE, by=user, now=NOW + 2 * HOUR)
        with pytest.raises(NotPaused):
            lift_pause("sms", PHONE, by=user, now=NOW + 3 * HOUR)
