"""A clinic that looks lived in: coherent, alive today, and about nobody."""

import re
from datetime import datetime

import pytest
from django.db.models import Max

from scheduler.booking.models import Appointment
from scheduler.clinic.local_days import bounds
from scheduler.closures.models import ProviderDelay
from scheduler.contact_requests.models import ContactRequest
from scheduler.core.template_check import given_away
from scheduler.demo.load import load_demo
from scheduler.messaging.models import Consent, Message, OptOut, ReminderOptOut
from scheduler.messaging.templates.overrides import words_of_conditions
from scheduler.patients.models import Contact, Patient
from scheduler.replies.models import InboundText
from scheduler.worklist.models import StaffTask
from tests.demo.looking import findings
from tests.factories import ZONE
from tests.rows import row_counts

pytestmark = pytest.mark.django_db
FICTIONAL = re.compile(r"\+1(419|567|740|614|330|937)55501\d\d")


@pytest.fixture(autouse=True)
def now(lately: datetime, db: None) -> datetime:
    return lately


class TestTheDemo:
    def test_is_as_the_product_itself_would_have_written_it(self, now: datetime) -> None:
        assert not findings(now=now)

    def test_loads_once(self, now: datetime) -> None:
        before = row_counts()
        assert not load_demo(now=now)
        assert row_counts() == before

    def test_is_under_way_today(self, now: datetime) -> None:
        begins, ends = bounds(now.date(), ZONE)
        today = Appointment.objects.filter(starts_at__range=(begins, ends))
        states = set(today.values_list("status", flat=True))
        assert {"booked", "arrived", "in_room", "completed"} <= states
        overdue = today.filter(status__in=("booked", "confirmed"), starts_at__lt=now)
        assert overdue.exists()
        assert ProviderDelay.objects.filter(since__lte=now, until__gt=now).exists()

    def test_sends_something_while_one_looks(self, now: datetime) -> None:
        planned = Message.objects.filter(status="planned", next_attempt_at__gte=now)
        assert planned.filter(next_attempt_at__lt=now.replace(hour=now.hour + 1)).exists()

    def test_has_work_of_every_kind_for_the_desk(self) -> None:
        requests = ContactRequest.objects.all()
        assert set(requests.values_list("status", flat=True)) >= {"open", "done", "unreached"}
        assert requests.filter(status="open", claimed_by__isnull=False).exists()
        assert requests.filter(status="open", claimed_by=None).exists()
        waiting = StaffTask.objects.filter(done_at=None).values_list("kind", flat=True)
        assert {"reply", "maybe-stop", "cancel-meant", "call-to-book"} <= set(waiting)
        assert Patient.objects.filter(possible_duplicate=True, merged_into=None).count() >= 3

    def test_says_nothing_before_its_time(self, now: datetime) -> None:
        events = Appointment.pgh_event_model.objects.all()  # type: ignore[attr-defined]
        assert events.aggregate(last=Max("pgh_created_at"))["last"] <= now
        assert Message.objects.aggregate(last=Max("created_at"))["last"] <= now

    def test_speaks_both_languages(self) -> None:
        texts = InboundText.objects.filter(meaning="other").values_list("body", flat=True)
        assert any("¿" in body for body in texts)
        assert Message.objects.filter(kind="staff_reply", language="es").exists()

    def test_has_reminders_that_were_stopped_and_let_come_again(self) -> None:
        stops = ReminderOptOut.objects.filter(channel="email")
        assert stops.filter(lifted_at=None).exists()
        assert stops.filter(lifted_at__isnull=False).exists()


class TestNobodyReal:
    def test_has_a_number_that_is_given_to_nobody(self) -> None:
        numbers = {str(one) for one in Patient.objects.values_list("phone", flat=True)}
        numbers |= {str(one) for one in Contact.objects.values_list("phone", flat=True)}
        numbers |= {str(one) for one in ContactRequest.objects.values_list("phone", flat=True)}
        numbers |= set(InboundText.objects.values_list("from_number", flat=True))
        for said in (Consent, OptOut):
            numbers |= set(said.objects.filter(channel="sms").values_list("address", flat=True))
        assert [one for one in numbers if one and not FICTIONAL.fullmatch(one)] == []

    def test_has_a_mail_address_that_reaches_anybody(self) -> None:
        for model in (Patient, Contact, ContactRequest):
            for mail in model.objects.exclude(email="").values_list("email", flat=True):
                assert mail.endswith(("@example.com", "@example.org", "@example.net"))

    def test_is_said_to_have_anything(self) -> None:
        private = words_of_conditions()
        texts = [*InboundText.objects.values_list("body", flat=True)]
        texts += Message.objects.filter(channel="sms").values_list("body", flat=True)
        texts += Message.objects.values_list("subject", flat=True)
        texts += Appointment.objects.values_list("note", flat=True)
        assert [found for text in texts if (found := given_away(text, private))] == []
