"""After an outage of minutes, hours or days each message that is still of use leaves once, at a
decent hour, and the rest has expired."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from scheduler.booking.cancel import cancel
from scheduler.booking.models import Appointment
from scheduler.booking.reschedule import reschedule
from scheduler.clinic.models import Clinic, Provider
from scheduler.messaging.models import Message
from tests.factories import NOW, PATIENT, at, book, hold, make_provider, somebody
from tests.messaging.carriers import Carrier, deliver_due

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
AFTERNOON = at("2026-11-24 14:00")


@pytest.fixture
def visit(dana: Provider) -> Appointment:
    """On Tuesday at 14:00; its confirmation has left."""
    made = book(AFTERNOON)
    deliver_due(Carrier(), now=NOW)
    return made


def work(*spells: tuple[str, str], every: timedelta = 15 * MINUTE, beats: int = 1) -> Carrier:
    """Workers from one time to another, and none in between."""
    carrier = Carrier()
    for begins, ends in spells:
        now = at(begins)
        while now <= at(ends):
            for _ in range(beats):
                deliver_due(carrier, now=now)
            now += every
    return carrier


def texts(visit: Appointment) -> dict[str, str]:
    """What became of each text: when it left, as the clinic's clock shows it, or its state."""
    zone = Clinic.objects.get().zone
    return {
        one.kind: f"{one.accepted_at.astimezone(zone):%a %H:%M}" if one.accepted_at else one.status
        for one in visit.messages.filter(channel="sms").order_by("due_at")
    }


class TestSixHours:
    def test_leave_the_reminder_of_the_day_before_on_that_day(self, visit: Appointment) -> None:
        work(("2026-11-21 09:00", "2026-11-23 09:30"), ("2026-11-23 15:30", "2026-11-24 14:00"))
        assert texts(visit) == {
            "confirmation": "Mon 10:00",
            "reminder-3-days": "Sat 10:00",
            "reminder-1-day": "Mon 15:30",
            "reminder-2-hours": "Tue 12:00",
        }

    def test_that_end_at_night_wake_nobody(self, visit: Appointment) -> None:
        work(("2026-11-23 22:00", "2026-11-24 14:00"))
        assert texts(visit)["reminder-1-day"] == "Tue 09:00"

    def test_tell_what_was_booked_moved_and_called_off_meanwhile_as_it_stands(
        self, visit: Appointment
    ) -> None:
        during = at("2026-11-17 11:00")
        make_provider("eli")
        booked = book(AFTERNOON, now=during, person=somebody(1), provider="eli")
        for hour in (15, 16):
            reschedule(visit.pk, at(f"2026-11-24 {hour}:00"), by=PATIENT, now=during)
        off = book(AFTERNOON + timedelta(days=1), now=during, person=somebody(2))
        cancel(off.pk, by=PATIENT, now=during)
        work(("2026-11-17 17:00", "2026-11-17 17:15"))
        assert texts(booked)["confirmation"] == "Tue 17:00"
        told = visit.messages.filter(kind="moved", channel="sms")
        assert sorted(told.values_list("sequence", "status")) == [(1, "cancelled"), (2, "accepted")]
        assert (texts(off)["confirmation"], texts(off)["cancelled"]) == ("cancelled", "Tue 17:00")

    def test_leave_no_code_that_works_no_more(self, dana: Provider) -> None:
        held = hold()
        deliver_due(Carrier(), now=NOW + 6 * HOUR)
        assert texts(held) == {"code": "expired"}


class TestTwoDays:
    def test_skip_the_reminder_that_another_has_overtaken(self, visit: Appointment) -> None:
        carrier = work(("2026-11-23 10:30", "2026-11-24 14:00"))
        assert texts(visit) == {
            "confirmation": "Mon 10:00",
            "reminder-3-days": "expired",
            "reminder-1-day": "Mon 10:30",
            "reminder-2-hours": "Tue 12:00",
        }
        assert len(carrier.sent) == 2

    def test_remind_once_on_the_last_day(self, visit: Appointment) -> None:
        carrier = work(("2026-11-24 11:45", "2026-11-24 14:00"))
        assert texts(visit)["reminder-1-day"] == "Tue 11:45"
        assert len(carrier.sent) == 1

    def test_say_nothing_once_it_is_too_late(self, visit: Appointment) -> None:
        carrier = work(("2026-11-24 13:30", "2026-11-24 18:00"))
        assert set(texts(visit).values()) == {"Mon 10:00", "expired"}
        assert carrier.sent == []

    def test_of_many_end_with_each_once(self, dana: Provider) -> None:
        people = [
            book(at(f"2026-11-24 {hour:02d}:00"), person=somebody(hour)) for hour in range(9, 16)
        ]
        carrier = work(("2026-11-23 10:30", "2026-11-24 14:00"), beats=2)
        assert max(Counter(one.message_id for one in carrier.sent).values()) == 1
        a_person = Counter((one.to, one.text.split("\n")[0]) for one in carrier.sent)
        assert max(a_person.values()) <= 2
        for visit in people:
            assert "planned" not in texts(visit).values()


class TestBeats:
    def test_that_are_two_send_nothing_twice(self, visit: Appointment) -> None:
        carrier = work(("2026-11-21 09:00", "2026-11-24 14:00"), every=HOUR, beats=2)
        assert len(carrier.sent) == 3

    def test_that_stop_for_an_hour_make_it_late_and_no_more(self, visit: Appointment) -> None:
        work(("2026-11-21 09:00", "2026-11-23 09:45"), ("2026-11-23 10:45", "2026-11-23 11:00"))
        assert texts(visit)["reminder-1-day"] == "Mon 10:45"


class TestTheClockChanges:
    """On March 14 and November 7, 2027, both Sundays."""

    def week(self, start: datetime, now: str, number: str = "+14195551001") -> Appointment:
        make_provider("gus", weekdays=range(7), hours=("08:00", "20:00"))
        return book(start, now=at(now), person=somebody(1, phone=number), provider="gus")

    @pytest.mark.parametrize(
        ("start", "now", "days"),
        [
            ("2027-03-15 14:00", "2027-03-08 10:00", ["03-12", "03-14", "03-15"]),
            ("2027-03-14 14:00", "2027-03-08 10:00", ["03-11", "03-13", "03-14"]),
            ("2027-11-08 14:00", "2027-11-01 10:00", ["11-05", "11-07", "11-08"]),
            ("2027-11-07 14:00", "2027-11-01 10:00", ["11-04", "11-06", "11-07"]),
        ],
    )
    def test_and_reminders_keep_their_hour(
        self, clinic: Clinic, start: str, now: str, days: list[str]
    ) -> None:
        visit = self.week(at(start), now)
        work((now, start), every=HOUR)
        left = visit.messages.filter(channel="sms", kind__startswith="reminder-").order_by("due_at")
        found = [one.accepted_at.astimezone(clinic.zone) for one in left if one.accepted_at]
        hours = ["10:00", "10:00", "12:00"]
        assert [f"{one:%m-%d %H:%M}" for one in found] == [
            f"{day} {hour}" for day, hour in zip(days, hours, strict=True)
        ]

    @pytest.mark.parametrize(
        ("start", "dark", "light"),
        [
            ("2027-03-15 14:00", "2027-03-13 20:00", "2027-03-14 02:30"),
            ("2027-11-08 14:00", "2027-11-06 20:00", "2027-11-07 01:30"),
        ],
    )
    def test_in_an_outage_of_six_hours_and_nobody_is_woken(
        self, clinic: Clinic, start: str, dark: str, light: str
    ) -> None:
        visit = self.week(at(start), dark[:8] + "01 10:00")
        Message.objects.filter(kind="reminder-3-days").update(next_attempt_at=at(dark))
        carrier = work((light, light[:10] + " 12:00"))
        assert texts(visit)["reminder-3-days"] == "Sun 09:00"
        assert len(carrier.sent) == len({one.text.split("\n")[0] for one in carrier.sent})

    @pytest.mark.parametrize(
        ("start", "expected"),
        [("2027-03-15 16:00", "Sun 14:00"), ("2027-11-08 16:00", "Sun 13:00")],
    )
    def test_not_in_hawaii(self, clinic: Clinic, start: str, expected: str) -> None:
        visit = self.week(at(start), start[:8] + "01 10:00", "+18085550123")
        work((start[:8] + "01 10:00", start), every=HOUR)
        assert texts(visit)["reminder-1-day"] == expected
