"""No more reminders to an address: nothing but reminders stops, for everybody on it, at once."""

from datetime import timedelta
from typing import Any

import pytest

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.messaging.compose import Composed, compose
from scheduler.messaging.consent.by_staff import take_consent
from scheduler.messaging.consent.stop_reminders import (
    are_reminders_stopped,
    resume_reminders,
    stop_reminders,
)
from scheduler.messaging.models import Message, ReminderOptOut
from scheduler.messaging.outlook import State, Why, outlook
from scheduler.messaging.resend import CannotResend, resend
from tests.factories import EMAIL, NOW, at, book, messages_of, somebody
from tests.messaging.carriers import Carrier, deliver_due
from tests.staff import make_user

HOUR = timedelta(hours=1)
REMINDED = at("2026-11-21 10:00")


@pytest.fixture
def visit(dana: Provider) -> Appointment:
    """Its confirmations are out; two reminders by each way are to come."""
    booked = book()
    for channel in ("sms", "email"):
        deliver_due(Carrier(), now=NOW, channel=channel)
    return booked


def stop() -> bool:
    return stop_reminders("email", EMAIL, source="link in a reminder", now=NOW + HOUR)


def owed(visit: Appointment) -> set[tuple[str, str]]:
    planned = visit.messages.filter(status="planned")
    return set(planned.values_list("kind", "channel"))


BY_TEXT = {("reminder-3-days", "sms"), ("reminder-1-day", "sms")}
BY_MAIL = {("reminder-3-days", "email"), ("reminder-1-day", "email")}


class TestStopping:
    def test_keeps_back_the_mails_and_no_text(self, visit: Appointment) -> None:
        assert owed(visit) == BY_TEXT | BY_MAIL
        assert stop()
        assert owed(visit) == BY_TEXT
        kept = visit.messages.filter(channel="email", status="suppressed")
        assert set(kept.values_list("reason", flat=True)) == {"reminders-stopped"}

    def test_twice_is_once(self, visit: Appointment) -> None:
        assert [stop(), stop()] == [True, False]
        assert ReminderOptOut.objects.count() == 1

    def test_holds_for_a_later_visit_and_only_for_reminders(self, dana: Provider) -> None:
        stop()
        later = book()
        assert deliver_due(Carrier(), now=NOW + HOUR, channel="email") == ["accepted"]
        carrier = Carrier()
        assert deliver_due(carrier, now=REMINDED, channel="email") == ["suppressed"]
        assert carrier.sent == []
        reminder = later.messages.get(kind="reminder-3-days", channel="email")
        assert (reminder.status, reminder.reason) == ("suppressed", "reminders-stopped")

    def test_is_no_concern_of_another_address(self, dana: Provider) -> None:
        stop()
        other = book(person=somebody(1))
        assert ("reminder-3-days", "email") in owed(other)
        assert outlook(other, for_staff=True).ways[-1].state is State.ON

    def test_nothing_begins_after_it(
        self, visit: Appointment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Nor where nobody kept back what was claimed: the row alone is enough."""

        def stop_and_compose(*args: Any) -> Composed:
            ReminderOptOut.objects.create(
                channel="email", address=EMAIL, source="link in a reminder", at=REMINDED
            )
            return compose(*args)

        monkeypatch.setattr("scheduler.messaging.delivery.deliver.compose", stop_and_compose)
        carrier = Carrier()
        assert deliver_due(carrier, now=REMINDED, channel="email") == ["suppressed"]
        assert carrier.sent == []
        assert messages_of(visit, channel="email", kind="reminder-3-days")[0].status == "suppressed"


class TestComingAgain:
    def test_owes_what_is_still_ahead(self, visit: Appointment) -> None:
        stop()
        assert resume_reminders("email", EMAIL, now=REMINDED + HOUR)
        assert owed(visit) == BY_TEXT | {("reminder-1-day", "email")}
        assert not are_reminders_stopped("email", EMAIL)

    def test_does_nothing_where_nothing_stopped_them(self, visit: Appointment) -> None:
        assert not resume_reminders("email", EMAIL, now=NOW)
        assert owed(visit) == BY_TEXT | BY_MAIL

    def test_happens_when_they_agree_anew_at_the_desk(self, visit: Appointment) -> None:
        stop()
        take_consent("email", EMAIL, language="en", by=make_user(), now=NOW + HOUR)
        assert owed(visit) == BY_TEXT | BY_MAIL

    def test_can_be_stopped_once_more(self, visit: Appointment) -> None:
        stop()
        resume_reminders("email", EMAIL, now=NOW + HOUR)
        assert stop()
        assert ReminderOptOut.objects.count() == 2


class TestWhatIsSaid:
    def test_the_visits_page_and_the_desk_know(self, visit: Appointment) -> None:
        stop()
        found = outlook(visit, for_staff=False)
        assert [way.state for way in found.ways] == [State.ON, State.NO_REMINDERS]
        assert {one.channels for one in found.expected} == {("sms",)}

    def test_where_no_other_way_is_left_it_is_why_no_reminder_comes(self, dana: Provider) -> None:
        visit = book(person=somebody(1, sms_consent=False))
        to = visit.messages.filter(channel="email")[:1].get().to
        stop_reminders("email", to, source="link in a reminder", now=NOW)
        assert outlook(visit, for_staff=False).why_no_reminder is Why.STOPPED

    def test_staff_can_not_send_one_all_the_same(self, visit: Appointment) -> None:
        stop()
        Message.objects.filter(channel="email", kind="reminder-1-day").update(status="suppressed")
        reminder = visit.messages.get(kind="reminder-1-day", channel="email")
        with pytest.raises(CannotResend) as caught:
            resend(reminder.pk, by=make_user(), now=NOW + HOUR)
        assert caught.value.reason == "opted-out"
