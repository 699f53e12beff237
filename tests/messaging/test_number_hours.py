"""A number in another zone is texted when it suits both it and the clinic."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from scheduler.booking.holds.send_code import resend_code
from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic, Provider
from scheduler.messaging.delivery.check import Drop, Postpone
from scheduler.messaging.models import Message
from scheduler.messaging.outlook import outlook
from scheduler.messaging.plan import CLOSED, at_once
from scheduler.messaging.recipient_clocks import recipient_clocks, zones_of
from tests.factories import NOW, ZONE, at, book, hold, messages_of, somebody
from tests.messaging.carriers import Carrier, deliver_due, fresh, verdict_on

LOS_ANGELES, HONOLULU, GUAM, OHIO = "+13105550123", "+18085550123", "+16715550123", "+15675550123"
IDAHO, NOWHERE, UNKNOWN = "+12085550123", "+18005550123", "0123"
AFTERNOON = at("2026-11-24 16:00")
MINUTE = timedelta(minutes=1)


def visit_of(number: str, start: datetime = AFTERNOON, **changes: Any) -> Appointment:
    return book(start, person=somebody(1, phone=number), **changes)


def allowed(message: Message, now: datetime) -> datetime | str:
    """When it may leave that is looked at now, or why it never will."""
    found = verdict_on(message, now=now)
    if isinstance(found, Drop):
        return found.reason
    return found.until if isinstance(found, Postpone) else now


def text(visit: Appointment, kind: str) -> Message:
    return visit.messages.get(kind=kind, channel="sms")


class TestZonesOfNumbers:
    @pytest.mark.parametrize(
        ("number", "zones"),
        [
            (OHIO, ["America/New_York"]),
            (LOS_ANGELES, ["America/Los_Angeles"]),
            (HONOLULU, ["Pacific/Honolulu"]),
            (IDAHO, ["America/Boise", "America/Los_Angeles"]),
            (UNKNOWN, []),
        ],
    )
    def test_are_those_of_their_area(self, number: str, zones: list[str]) -> None:
        assert sorted(zone.key for zone in zones_of(number)) == sorted(zones)

    def test_are_all_of_the_country_where_there_is_no_area(self) -> None:
        found = {zone.key for zone in zones_of(NOWHERE)}
        assert {"America/New_York", "Pacific/Honolulu", "Pacific/Guam"} <= found

    def test_leave_out_the_clinics_own(self) -> None:
        assert recipient_clocks(("sms", OHIO), ZONE) == ()

    def test_are_nothing_to_a_mail_address(self) -> None:
        assert recipient_clocks(("email", LOS_ANGELES), ZONE) == ()


class TestWhatIsPlanned:
    def test_suits_the_number_and_the_mail_keeps_the_clinics_hour(self, dana: Provider) -> None:
        visit = visit_of(HONOLULU)
        due = {(one.kind, one.channel): one.due_at for one in messages_of(visit)}
        assert due["reminder-1-day", "sms"] == at("2026-11-23 13:00")
        assert due["reminder-1-day", "email"] == at("2026-11-23 10:00")

    def test_is_what_pages_show(self, dana: Provider) -> None:
        found = outlook(visit_of(HONOLULU), for_staff=False).expected
        texts = [one.at for one in found if one.is_reminder and "sms" in one.channels]
        assert texts == [at("2026-11-21 13:00"), at("2026-11-23 13:00"), at("2026-11-24 14:00")]

    def test_leaves_when_it_is_due(self, dana: Provider) -> None:
        for number in (LOS_ANGELES, HONOLULU, GUAM, NOWHERE):
            visit = book(AFTERNOON, person=somebody(int(number[-7:-4]), phone=number))
            for reminder in messages_of(visit, channel="sms", kind__startswith="reminder-"):
                assert allowed(reminder, reminder.due_at) == reminder.due_at
            visit.messages.all().delete()
            Appointment.objects.filter(pk=visit.pk).update(status="cancelled")


class TestSeveralZones:
    def test_keep_to_all(self, dana: Provider) -> None:
        reminder = text(visit_of(IDAHO), "reminder-1-day")
        assert reminder.due_at == at("2026-11-23 11:00")
        assert allowed(reminder, at("2026-11-23 10:30")) == at("2026-11-23 11:00")


class TestWhatIsLookedAtAgain:
    def test_waits_for_the_morning_there(self, dana: Provider) -> None:
        reminder = text(visit_of(LOS_ANGELES), "reminder-1-day")
        assert allowed(reminder, at("2026-11-23 10:59")) == at("2026-11-23 11:00")
        assert allowed(reminder, at("2026-11-23 11:00")) == at("2026-11-23 11:00")
        assert allowed(reminder, at("2026-11-23 19:00")) == at("2026-11-24 11:00")

    def test_keeps_to_the_clinics_hours_too(self, dana: Provider) -> None:
        reminder = text(visit_of(HONOLULU), "reminder-3-days")
        assert allowed(reminder, at("2026-11-21 19:30")) == at("2026-11-22 13:00")

    def test_is_dropped_where_it_would_wait_too_long(self, dana: Provider) -> None:
        reminder = text(visit_of(LOS_ANGELES, at("2026-11-24 11:00")), "reminder-1-day")
        assert allowed(reminder, at("2026-11-23 19:30")) == "quiet-hours"

    def test_goes_by_the_clinics_clock_where_no_hour_suits_both(self, dana: Provider) -> None:
        reminder = text(visit_of(GUAM), "reminder-1-day")
        Clinic.objects.update(messages_until="16:00")
        assert allowed(reminder, at("2026-11-23 10:00")) == at("2026-11-23 10:00")

    def test_that_answers_them_comes_at_any_hour(self, dana: Provider) -> None:
        early = at("2026-11-17 06:00")
        confirmation = text(visit_of(HONOLULU, now=early), "confirmation")
        assert allowed(confirmation, early + MINUTE) == early + MINUTE
        assert allowed(confirmation, early + 16 * MINUTE) == at("2026-11-17 13:00")

    def test_or_is_a_code_comes_at_any_hour(self, dana: Provider) -> None:
        early = at("2026-11-17 03:00")
        held = hold(person=somebody(1, phone=HONOLULU), now=early)
        resend_code(held.pk, "sms", network="", now=early + MINUTE)
        code = held.messages.get(kind="code", sequence=2)
        assert allowed(code, early + 14 * MINUTE) == early + 14 * MINUTE


class TestTheNewsOfAClosing:
    def closed(self, start: datetime, number: str) -> Message:
        visit = visit_of(number, start)
        (news,) = at_once(visit, CLOSED, [("sms", number)], now=NOW)
        Appointment.objects.filter(pk=visit.pk).update(status="cancelled")
        news.save()
        return news

    def test_waits_for_six_there(self, dana: Provider) -> None:
        news = self.closed(AFTERNOON, LOS_ANGELES)
        assert allowed(news, at("2026-11-24 06:00")) == at("2026-11-24 09:00")

    def test_wakes_who_may_be_about_to_set_out(self, dana: Provider) -> None:
        news = self.closed(at("2026-11-24 09:30"), LOS_ANGELES)
        assert allowed(news, at("2026-11-24 05:00")) == at("2026-11-24 06:00")
        assert allowed(news, at("2026-11-24 06:00")) == at("2026-11-24 06:00")


def test_a_postponed_text_leaves_at_its_hour_and_once(dana: Provider) -> None:
    visit = visit_of(LOS_ANGELES)
    reminder = text(visit, "reminder-1-day")
    early = at("2026-11-23 10:00")
    Message.objects.filter(pk=reminder.pk).update(next_attempt_at=early)
    visit.messages.exclude(pk=reminder.pk).delete()
    carrier = Carrier()
    for hour in range(24):
        deliver_due(carrier, now=early + timedelta(hours=hour))
    assert fresh(reminder).accepted_at == at("2026-11-23 11:00")
    assert len(carrier.sent) == 1
