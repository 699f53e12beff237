"""A planned message is looked at again at the moment of sending."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from scheduler.booking.cancel import cancel
from scheduler.booking.confirm import confirm
from scheduler.booking.holds.send_code import resend_code
from scheduler.booking.holds.verify import verify
from scheduler.booking.models import Appointment
from scheduler.booking.reschedule import reschedule
from scheduler.clinic.models import Clinic, Provider
from scheduler.contact_requests.models import ContactRequest
from scheduler.contact_requests.request import request_contact
from scheduler.messaging.consent.opt_out import opt_out
from scheduler.messaging.delivery.check import Drop, Postpone
from scheduler.messaging.models import BadAddress, Consent, Message
from scheduler.replies.receive import receive
from tests.factories import (
    NOW,
    PATIENT,
    PHONE,
    at,
    book,
    code_of,
    hold,
    make_provider,
    somebody,
)
from tests.messaging.carriers import verdict_on

MINUTE = timedelta(minutes=1)
AFTERNOON = at("2026-11-24 14:00")
MONDAY = at("2026-11-23 10:00")


def one(kind: str, channel: str = "sms", **which: Any) -> Message:
    return Message.objects.get(kind=kind, channel=channel, **which)


def verdict(message: Message, now: datetime) -> str:
    """`send`, the reason for dropping it with the status it ends in, or the time it waits for."""
    found = verdict_on(message, now=now)
    if isinstance(found, Drop):
        return f"{found.status}: {found.reason}"
    return f"{found.until:%Y-%m-%d %H:%M}" if isinstance(found, Postpone) else "send"


@pytest.fixture
def visit(dana: Provider) -> Appointment:
    """Tuesday at 14:00; the reminder of the day before is due on MONDAY."""
    return book(AFTERNOON)


class TestSent:
    @pytest.mark.parametrize("channel", ["sms", "email"])
    def test_what_is_due_and_true(self, visit: Appointment, channel: str) -> None:
        assert verdict(one("confirmation", channel), NOW) == "send"
        assert verdict(one("reminder-1-day", channel), MONDAY) == "send"

    def test_a_reminder_of_a_confirmed_visit(self, visit: Appointment) -> None:
        confirm(visit.pk, now=NOW)
        assert verdict(one("reminder-1-day"), MONDAY) == "send"

    def test_the_notice_of_a_cancelled_visit(self, visit: Appointment) -> None:
        cancel(visit.pk, by=PATIENT, now=NOW)
        assert verdict(one("cancelled"), NOW) == "send"


class TestNoLongerTrue:
    GONE = "cancelled: no-longer-true"

    def test_a_reminder_of_a_visit_that_moved(self, visit: Appointment) -> None:
        reminder = one("reminder-1-day")
        reschedule(visit.pk, AFTERNOON + timedelta(hours=1), by=PATIENT, now=NOW)
        assert verdict(reminder, MONDAY) == self.GONE

    def test_a_reminder_of_a_visit_that_was_cancelled(self, visit: Appointment) -> None:
        reminder = one("reminder-1-day")
        Appointment.objects.filter(pk=visit.pk).update(status="cancelled")
        assert verdict(reminder, MONDAY) == self.GONE

    def test_the_notice_of_a_visit_that_stands_again(self, visit: Appointment) -> None:
        cancel(visit.pk, by=PATIENT, now=NOW)
        Appointment.objects.filter(pk=visit.pk).update(status="booked")
        assert verdict(one("cancelled"), NOW) == self.GONE

    @pytest.mark.parametrize("status", ["arrived", "in_room", "completed", "no_show"])
    def test_a_reminder_of_a_visit_on_its_way(self, visit: Appointment, status: str) -> None:
        Appointment.objects.filter(pk=visit.pk).update(status=status)
        assert verdict(one("reminder-2-hours"), at("2026-11-24 12:00")) == self.GONE

    def test_a_code_after_a_newer_one(self, dana: Provider) -> None:
        held = hold()
        first = one("code")
        resend_code(held.pk, "sms", network="", now=NOW + MINUTE)
        assert verdict(first, NOW + MINUTE) == self.GONE
        assert verdict(one("code", sequence=2), NOW + MINUTE) == "send"

    def test_a_code_that_was_used(self, dana: Provider) -> None:
        held = hold()
        verify(held.pk, code_of(held), now=NOW)
        assert verdict(one("code"), NOW) == self.GONE


class TestTooLate:
    def test_a_reminder_once_the_next_is_due(self, visit: Appointment) -> None:
        reminder = one("reminder-3-days")
        assert verdict(reminder, MONDAY - timedelta(seconds=1)) != "expired: too-late"
        assert verdict(reminder, MONDAY) == "expired: too-late"

    def test_a_code_after_its_hold(self, dana: Provider) -> None:
        hold()
        assert verdict(one("code"), NOW + 15 * MINUTE) == "expired: too-late"


class TestSuppressed:
    def test_after_an_opt_out(self, visit: Appointment) -> None:
        opt_out("sms", PHONE, source="text", now=NOW)
        assert verdict(one("reminder-1-day"), MONDAY) == "suppressed: opted-out"
        assert verdict(one("reminder-1-day", "email"), MONDAY) == "send"

    def test_to_an_address_that_does_not_work(self, visit: Appointment) -> None:
        BadAddress.objects.create(channel="sms", address=PHONE, code="30006", at=NOW)
        assert verdict(one("reminder-1-day"), MONDAY) == "suppressed: bad-address"

    def test_without_consent(self, visit: Appointment) -> None:
        Consent.objects.all().delete()
        assert verdict(one("reminder-1-day"), MONDAY) == "suppressed: no-consent"

    def test_after_consent_was_taken_back(self, visit: Appointment) -> None:
        Consent.objects.create(channel="sms", address=PHONE, granted=False, source="staff", at=NOW)
        assert verdict(one("reminder-1-day"), MONDAY) == "suppressed: no-consent"

    def test_when_reminders_were_turned_off(self, visit: Appointment) -> None:
        Appointment.objects.filter(pk=visit.pk).update(reminders_on=False)
        assert verdict(one("reminder-1-day"), MONDAY) == "suppressed: reminders-off"
        assert verdict(one("confirmation"), NOW) == "send"

    def test_a_code_needs_no_consent(self, dana: Provider) -> None:
        hold(person=somebody(1, sms_consent=False, email_consent=False))
        assert verdict(one("code"), NOW) == "send"


class TestHours:
    def test_a_reminder_waits_for_the_clinics_window(self, visit: Appointment) -> None:
        reminder = one("reminder-1-day")
        assert verdict(reminder, at("2026-11-22 18:59")) == "send"
        assert verdict(reminder, at("2026-11-22 19:00")) == "2026-11-23 09:00"
        assert verdict(reminder, at("2026-11-23 08:59")) == "2026-11-23 09:00"

    def test_a_reminder_that_would_come_too_late_is_dropped(self, clinic: Clinic) -> None:
        make_provider(hours=("07:00", "12:00"))
        book(at("2026-11-24 08:00"))
        assert verdict(one("reminder-1-day"), at("2026-11-23 19:30")) == "expired: quiet-hours"

    def test_the_answer_to_an_act_may_come_at_night(self, dana: Provider) -> None:
        midnight = at("2026-11-17 00:30")
        book(AFTERNOON, now=midnight)
        assert verdict(one("confirmation"), midnight + 15 * MINUTE) == "send"

    def test_a_confirmation_that_was_held_up_waits_for_the_morning(self, dana: Provider) -> None:
        evening = at("2026-11-16 20:50")
        book(AFTERNOON, now=evening)
        assert verdict(one("confirmation"), evening + 16 * MINUTE) == "2026-11-17 08:00"
        assert verdict(one("confirmation"), at("2026-11-17 08:00")) == "send"

    def test_a_code_is_never_held_up(self, dana: Provider) -> None:
        hold(now=at("2026-11-17 03:00"))
        assert verdict(one("code"), at("2026-11-17 03:14")) == "send"

    def test_mail_may_come_at_any_hour(self, visit: Appointment) -> None:
        assert verdict(one("reminder-1-day", "email"), at("2026-11-22 23:00")) == "send"


class TestCaps:
    def accepted(self, message: Message, at_: datetime) -> None:
        Message.objects.filter(pk=message.pk).update(status="accepted", accepted_at=at_)

    def other_visit(self, start: datetime) -> Appointment:
        make_provider("eli", "follow-up")
        return book(start, visit_type="follow-up")

    def test_one_reminder_a_day(self, visit: Appointment) -> None:
        other = self.other_visit(AFTERNOON + timedelta(hours=2))
        self.accepted(one("reminder-1-day", appointment=visit), MONDAY)
        twin = one("reminder-1-day", appointment=other)
        assert verdict(twin, MONDAY + MINUTE) == "suppressed: cap"
        assert verdict(one("reminder-1-day", "email", appointment=other), MONDAY) == "send"

    def test_its_own_first_attempt_does_not_count(self, visit: Appointment) -> None:
        lost = one("reminder-1-day", appointment=visit)
        Message.objects.filter(pk=lost.pk).update(accepted_at=MONDAY)
        assert verdict(lost, MONDAY + timedelta(minutes=45)) == "send"

    def test_yesterdays_do_not_count(self, visit: Appointment) -> None:
        other = self.other_visit(AFTERNOON + timedelta(hours=2))
        self.accepted(one("reminder-1-day", appointment=visit), at("2026-11-22 23:59"))
        assert verdict(one("reminder-1-day", appointment=other), MONDAY) == "send"

    def test_three_a_week(self, visit: Appointment) -> None:
        other = self.other_visit(at("2026-12-08 14:00"))
        for kind, day in (("3-days", 17), ("1-day", 18), ("2-hours", 20)):
            reminder = one(f"reminder-{kind}", appointment=other)
            self.accepted(reminder, at(f"2026-11-{day} 10:00"))
        due = one("reminder-1-day", appointment=visit)
        assert verdict(due, MONDAY) == "suppressed: cap"
        self.accepted(one("reminder-3-days", appointment=other), MONDAY - timedelta(days=7))
        assert verdict(due, MONDAY) == "send"

    def test_answers_to_acts_do_not_count(self, visit: Appointment) -> None:
        for kind in ("confirmation", "reminder-3-days"):
            self.accepted(one(kind), at("2026-11-22 09:00"))
        self.accepted(one("confirmation"), MONDAY)
        assert verdict(one("reminder-1-day"), MONDAY) == "send"

    def test_another_patients_on_the_same_phone_do_not_count(self, visit: Appointment) -> None:
        make_provider("eli")
        other = book(AFTERNOON, person=somebody(1, phone=PHONE), provider="eli")
        self.accepted(one("reminder-1-day", appointment=visit), MONDAY)
        assert verdict(one("reminder-1-day", appointment=other), MONDAY) == "send"


class TestWithoutAVisit:
    def test_an_answer_needs_no_consent(self, clinic: Clinic) -> None:
        receive("SM1", PHONE, "is there parking?", now=NOW)
        assert verdict(one("reply_unknown"), NOW) == "send"

    def test_an_answer_keeps_to_an_opt_out(self, clinic: Clinic) -> None:
        receive("SM1", PHONE, "is there parking?", now=NOW)
        opt_out("sms", PHONE, source="text", now=NOW)
        assert verdict(one("reply_unknown"), NOW) == "suppressed: opted-out"

    def test_the_receipt_of_a_request_needs_no_consent(self, clinic: Clinic) -> None:
        request_contact(ContactRequest(name="Ana Ruiz", phone=PHONE), network="", now=NOW)
        assert verdict(one("contact_received"), NOW) == "send"
