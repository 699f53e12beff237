"""A provider runs late, and who hears of it."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db.models import Max

from scheduler.booking.cancel import cancel
from scheduler.booking.models import Appointment
from scheduler.booking.reschedule import reschedule
from scheduler.booking.set_appointment_status import set_appointment_status
from scheduler.clinic.models import Clinic, Provider
from scheduler.closures.delays import delays_at
from scheduler.closures.models import ProviderDelay
from scheduler.closures.run_late import NotADelay, affected, on_time_again, run_late
from scheduler.core.status import AppointmentStatus
from scheduler.messaging.compose import compose
from scheduler.messaging.consent.opt_out import opt_out
from scheduler.messaging.delivery.channels import from_settings
from scheduler.messaging.delivery.claim import claim_due
from scheduler.messaging.delivery.deliver import deliver
from scheduler.messaging.models import Message
from tests.factories import PHONE, STAFF, at, book, make_provider, somebody
from tests.staff import make_user

pytestmark = pytest.mark.django_db
NOON = at("2026-11-24 12:00")


@pytest.fixture
def desk(dana: Provider) -> User:
    return make_user()


def visit(start: str, number: int, **changes: object) -> Appointment:
    """A first visit with Dana that day, whose patient agreed to texts and mails."""
    person = somebody(number, **changes)
    return book(at(f"2026-11-24 {start}"), person=person, provider="dana")


def late(minutes: int, by: User, *, now: datetime = NOON) -> list[str]:
    """The names of who was told, with the channel."""
    told = run_late(Provider.objects.get(slug="dana").pk, minutes, by=by.pk, now=now)
    return [f"{one.appointment.patient} by {(one.address or ['nothing'])[0]}" for one in told]


def owed() -> list[tuple[str, str, str]]:
    """(kind, channel, status) of all messages about delays, as they were owed."""
    found = Message.objects.filter(kind__startswith="late-").order_by("pk")
    return list(found.values_list("kind", "channel", "status"))


def send() -> list[str]:
    """What became of the texts about delays that are due."""
    Message.objects.exclude(kind__startswith="late-").delete()
    claims = claim_due("sms", limit=9, now=NOON)
    transports = from_settings(clock=lambda: NOON)
    return [deliver(claim, transports, Clinic.objects.get(), now=NOON) for claim in claims]


class TestWhoHearsOfIt:
    def test_is_who_comes_in_the_next_three_hours(self, desk: User) -> None:
        visit("11:00", 1)
        visit("12:00", 2)
        visit("14:45", 3)
        visit("16:00", 4)
        assert late(30, desk) == ["Person ac by sms", "Person ad by sms"]

    def test_is_not_who_sees_somebody_else(self, desk: User) -> None:
        make_provider("erin")
        book(at("2026-11-24 13:00"), provider="erin")
        assert late(30, desk) == []

    def test_is_not_who_is_here_or_does_not_come(self, desk: User) -> None:
        set_appointment_status(visit("13:00", 1).pk, AppointmentStatus.ARRIVED, now=NOON)
        cancel(visit("14:00", 2).pk, by=STAFF, now=NOON)
        assert late(30, desk) == []

    def test_reads_a_mail_where_no_text_may_go(self, desk: User) -> None:
        visit("13:00", 1, sms_consent=False)
        other = visit("14:00", 2)
        opt_out("sms", str(other.contact and other.contact.phone), source="text", now=NOON)
        assert late(15, desk) == ["Person ab by email", "Person ac by email"]

    def test_is_called_where_nothing_may_go(self, desk: User) -> None:
        visit("13:00", 1, sms_consent=False, email_consent=False)
        dana = Provider.objects.get(slug="dana")
        [one] = affected(dana, 15, now=NOON)
        assert (one.address, one.hears_of(15)) == (None, False)
        assert late(15, desk) == []


class TestTelling:
    def test_owes_each_one_message_that_leaves_at_once(self, desk: User) -> None:
        appointment = visit("13:00", 1)
        late(30, desk)
        message = Message.objects.get(kind="late-30")
        assert (message.appointment, message.due_at) == (appointment, NOON)
        assert message.expires_at == appointment.starts_at + timedelta(minutes=30)
        assert send() == ["accepted"]

    def test_says_the_old_time_and_the_new_one(self, desk: User) -> None:
        visit("13:00", 1)
        late(45, desk)
        words = compose(Message.objects.get(kind="late-45"), Clinic.objects.get()).text
        assert "about 45 min late" in words
        assert "1:00 PM EST" in words
        assert "1:45 PM" in words

    def test_twice_sends_nothing_again(self, desk: User) -> None:
        visit("13:00", 1)
        late(30, desk)
        assert late(30, desk, now=NOON + timedelta(minutes=1)) == []
        assert len(owed()) == 1

    def test_again_reaches_who_comes_within_three_hours_by_now(self, desk: User) -> None:
        visit("13:00", 1)
        visit("15:30", 2)
        late(30, desk)
        assert late(30, desk, now=NOON + timedelta(hours=1)) == ["Person ac by sms"]

    def test_a_bigger_delay_tells_again_and_a_smaller_one_does_not(self, desk: User) -> None:
        visit("13:00", 1)
        late(30, desk)
        assert late(45, desk) == ["Person ab by sms"]
        assert late(15, desk) == []

    def test_a_bigger_delay_takes_back_what_has_not_left(self, desk: User) -> None:
        visit("13:00", 1)
        late(15, desk)
        late(30, desk)
        assert owed() == [("late-15", "sms", "cancelled"), ("late-30", "sms", "planned")]

    def test_a_visit_that_moved_is_told_anew(self, desk: User) -> None:
        appointment = visit("13:00", 1)
        late(30, desk)
        reschedule(appointment.pk, at("2026-11-24 14:00"), by=STAFF, now=NOON)
        assert late(30, desk) == ["Person ab by sms"]

    def test_does_not_reach_who_arrived_or_moved_meanwhile(self, desk: User) -> None:
        here, moved = visit("13:00", 1), visit("14:00", 2)
        late(30, desk)
        set_appointment_status(here.pk, AppointmentStatus.ARRIVED, now=NOON)
        reschedule(moved.pk, at("2026-11-24 15:00"), by=STAFF, tell=False, now=NOON)
        assert send() == ["cancelled"]
        assert {status for _kind, _channel, status in owed()} == {"cancelled"}

    def test_has_a_few_lengths_only(self, desk: User) -> None:
        with pytest.raises(NotADelay):
            late(20, desk)


class TestTheDelay:
    def test_lasts_to_the_end_of_the_day(self, desk: User) -> None:
        late(30, desk)
        delay = ProviderDelay.objects.get()
        assert (delay.minutes, delay.since, delay.by) == (30, NOON, desk)
        assert delay.until == at("2026-11-25 00:00")

    def test_is_the_last_that_was_said(self, desk: User) -> None:
        dana = Provider.objects.get(slug="dana")
        late(30, desk)
        later = NOON + timedelta(minutes=20)
        late(15, desk, now=later)
        assert delays_at(later)[dana.pk].minutes == 15
        assert delays_at(NOON)[dana.pk].minutes == 30

    def test_said_twice_is_one(self, desk: User) -> None:
        late(30, desk)
        late(30, desk, now=NOON + timedelta(minutes=5))
        assert ProviderDelay.objects.count() == 1

    def test_ends_when_they_are_on_time_again(self, desk: User) -> None:
        visit("13:00", 1)
        late(30, desk)
        later = NOON + timedelta(minutes=10)
        on_time_again(Provider.objects.get(slug="dana").pk, now=later)
        assert delays_at(later) == {}
        assert owed() == [("late-30", "sms", "cancelled")]

    def test_leaves_reminders_alone(self, desk: User) -> None:
        appointment = visit("14:00", 1)
        before = appointment.messages.filter(status="planned").count()
        late(30, desk)
        on_time_again(Provider.objects.get(slug="dana").pk, now=NOON)
        assert appointment.messages.filter(status="planned").count() == before


def test_nobody_is_told_through_a_number_that_another_patient_stopped(desk: User) -> None:
    visit("13:00", 1, phone=PHONE, email="")
    opt_out("sms", PHONE, source="text", now=NOON)
    assert late(30, desk) == []
    assert ProviderDelay.objects.aggregate(Max("minutes"))["minutes__max"] == 30
