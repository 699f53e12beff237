"""What the page and the desk read of the messages to come is what is planned."""

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider, ReminderRule
from scheduler.messaging.consent.by_staff import take_consent
from scheduler.messaging.consent.opt_out import opt_out
from scheduler.messaging.consent.preferences import set_preferences
from scheduler.messaging.models import BadAddress, Consent, Message
from scheduler.messaging.outlook import State, Why, outlook
from tests.factories import EMAIL, NOW, PHONE, STAFF, a_person, at, book

pytestmark = pytest.mark.django_db
SMS, MAIL = "sms", "email"
LATER = at("2026-11-16 10:30")


@pytest.fixture
def visit(dana: Provider) -> Appointment:
    """Booked eight days ahead, with texts and mail agreed to."""
    return book()


def ways(visit: Appointment, *, for_staff: bool = True) -> dict[str, str]:
    return {way.channel: way.state for way in outlook(visit, for_staff=for_staff).ways}


def reminders(visit: Appointment) -> list[tuple[str, object, tuple[str, ...]]]:
    found = outlook(visit, for_staff=True).expected
    return [(one.kind, one.at, one.channels) for one in found if one.is_reminder]


def why(visit: Appointment) -> Why | None:
    return outlook(visit, for_staff=True).why_no_reminder


class TestReminders:
    def test_are_those_that_are_planned_with_their_ways(self, visit: Appointment) -> None:
        assert reminders(visit)[:2] == [
            ("reminder-3-days", at("2026-11-21 10:00"), (SMS, MAIL)),
            ("reminder-1-day", at("2026-11-23 10:00"), (SMS, MAIL)),
        ]
        assert why(visit) is None

    def test_are_read_from_the_rows_and_not_worked_out(self, visit: Appointment) -> None:
        Message.objects.filter(kind="reminder-1-day").update(next_attempt_at=at("2026-11-23 15:00"))
        Message.objects.filter(kind="reminder-3-days").delete()
        assert reminders(visit)[0] == ("reminder-1-day", at("2026-11-23 15:00"), (SMS, MAIL))

    def test_leave_out_the_way_that_was_stopped(self, visit: Appointment) -> None:
        opt_out(SMS, PHONE, source="text", now=NOW)
        assert {channels for _, _, channels in reminders(visit)} == {(MAIL,)}

    def test_are_owed_to_who_says_yes_to_staff_later(self, dana: Provider) -> None:
        visit = book(person=a_person(sms_consent=False, email_consent=False))
        clerk = User.objects.create_user("clerk")
        take_consent(SMS, PHONE, language="en", by=clerk, now=NOW)
        assert {channels for _, _, channels in reminders(visit)} == {(SMS,)}
        take_consent(SMS, PHONE, language="en", by=clerk, now=NOW)
        assert len(reminders(visit)) == 2


class TestWhyNone:
    def test_they_turned_them_off(self, visit: Appointment) -> None:
        visit = set_preferences(visit.pk, reminders_on=False, now=NOW)
        assert why(visit) is Why.TURNED_OFF

    def test_nobody_agreed(self, dana: Provider) -> None:
        visit = book(person=a_person(sms_consent=False, email_consent=False))
        assert why(visit) is Why.NO_WAY
        assert set(ways(visit).values()) == {State.NOT_AGREED}

    def test_no_address_is_known(self, visit: Appointment) -> None:
        Message.objects.all().delete()
        visit.contact = None
        assert why(visit) is Why.NO_ADDRESS

    def test_it_was_booked_too_late(self, dana: Provider) -> None:
        assert why(book(at("2026-11-17 10:00"), now=LATER, by=STAFF)) is Why.TOO_LATE

    def test_they_were_reminded(self, visit: Appointment) -> None:
        Message.objects.filter(kind__startswith="reminder-").update(status="delivered")
        assert why(visit) is Why.REMINDED

    def test_none_could_be_sent(self, visit: Appointment) -> None:
        Message.objects.filter(kind__startswith="reminder-").update(
            status="suppressed", reason="cap"
        )
        found = outlook(visit, for_staff=True)
        assert (found.why_no_reminder, found.not_sent) == (Why.NOT_SENT, [("cap", "")])

    def test_the_clinic_reminds_nobody_of_such_visits(self, visit: Appointment) -> None:
        Message.objects.filter(kind__startswith="reminder-").delete()
        ReminderRule.objects.all().delete()
        assert why(visit) is Why.NOT_FOR_THESE

    def test_it_was_brought_in(self, visit: Appointment) -> None:
        Message.objects.all().delete()
        visit.created_by = Appointment.Actor.SYSTEM
        assert why(visit) is Why.NOT_BY_US


class TestWays:
    def test_say_since_when_texts_are_off(self, visit: Appointment) -> None:
        opt_out(SMS, PHONE, source="text", now=NOW)
        way = outlook(visit, for_staff=False).ways[0]
        assert (way.state, way.since, way.is_on) == (State.STOPPED, NOW, False)

    def test_say_that_a_text_waits_for_a_person(self, visit: Appointment) -> None:
        opt_out(SMS, PHONE, source="text", now=NOW, paused_for_staff=True)
        assert ways(visit) == {SMS: State.PAUSED, MAIL: State.ON}

    def test_say_what_cant_be_delivered(self, visit: Appointment) -> None:
        BadAddress.objects.create(channel=MAIL, address=EMAIL, code="550", at=NOW)
        assert ways(visit) == {SMS: State.ON, MAIL: State.UNUSABLE}

    def test_say_what_is_switched_off(self, visit: Appointment, settings: Settings) -> None:
        settings.SMS_TRANSPORT = "off"
        assert ways(visit) == {SMS: State.SWITCHED_OFF, MAIL: State.ON}

    @pytest.mark.parametrize("stopped", [False, True])
    def test_tell_the_patient_nothing_of_an_address_nobody_proved(
        self, visit: Appointment, stopped: bool
    ) -> None:
        Consent.objects.filter(channel=MAIL).update(source="online booking, not proven")
        if stopped:
            opt_out(MAIL, EMAIL, source="link", now=NOW)
        assert ways(visit, for_staff=False)[MAIL] == State.UNPROVEN
        assert ways(visit)[MAIL] == (State.STOPPED if stopped else State.ON)
