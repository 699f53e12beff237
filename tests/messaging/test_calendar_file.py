"""The calendar file, as programs that others wrote understand it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from django.conf import settings
from icalendar import Calendar

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic, Provider, VisitType
from scheduler.messaging.calendar_file import calendar_file
from tests.node import run_node

Instants = list[tuple[int, int]]
YEARS = range(2026, 2029)
NOW = datetime(2026, 1, 5, tzinfo=UTC)
FINDLAY = "America/New_York"
# By yearly rules in either hemisphere; by rules that no nth weekday of a month tells; by the moon;
# never.
ZONES = [FINDLAY, "Australia/Sydney", "America/Santiago", "Africa/Casablanca", "America/Phoenix"]


def file_of(start: datetime, zone: str) -> str:
    """The calendar file of a visit of an hour, at a clinic in that zone."""
    visit = Appointment(
        reference="7KQ2M9XA",
        visit_type=VisitType(name="New patient visit"),
        provider=Provider(name="Dana Whitfield"),
        status="booked",
        starts_at=start,
        ends_at=start + timedelta(hours=1),
    )
    return calendar_file(
        visit,
        Clinic(**{**settings.CLINIC, "time_zone": zone}),
        method="PUBLISH",
        now=NOW,
        information_link="https://book.example.org/i/x",
        manage_link="https://book.example.org/a/x",
    ).decode()


def around_the_changes(zone: str) -> list[datetime]:
    """Four at night and noon: the days before, of and after every change of the clock, and a day in
    each month."""
    tz = ZoneInfo(zone)
    days = [datetime(year, month, 15, tzinfo=tz) for year in YEARS for month in range(1, 13)]
    first = datetime(YEARS.start, 1, 1, tzinfo=tz)
    for number in range(366 * len(YEARS)):
        day, after = first + timedelta(days=number), first + timedelta(days=number + 1)
        if day.utcoffset() != after.utcoffset():
            days += [day + timedelta(days=beside) for beside in (-1, 0, 1)]
    return [day.replace(hour=hour) for day in days for hour in (4, 12)]


def by_ical_js(files: list[str]) -> Instants:
    done = run_node(Path(__file__).with_name("read_calendar_files.mjs"), stdin=json.dumps(files))
    assert done.returncode == 0, done.stderr
    return [(start, end) for start, end in json.loads(done.stdout)]


def by_dateutil(files: list[str]) -> Instants:
    """Takes the zone from the file, where icalendar would know it by its name."""
    found: Instants = []
    for file in files:
        event: Any = Calendar.from_ical(file).events[0]
        tz = tzical(StringIO(file)).get(event["dtstart"].params["TZID"])
        start, end = (event[name].dt.replace(tzinfo=tz) for name in ("dtstart", "dtend"))
        found.append((round(start.timestamp()), round(end.timestamp())))
    return found


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "read", [pytest.param(by_ical_js, marks=pytest.mark.process, id="ical.js"), by_dateutil]
)
class TestTheTimeOfAVisit:
    def test_is_read_right_on_both_sides_of_every_change(
        self, read: Callable[[list[str]], Instants], zone: str
    ) -> None:
        starts = around_the_changes(zone)
        meant = [(round(at.timestamp()), round(at.timestamp()) + 3600) for at in starts]
        assert read([file_of(at, zone) for at in starts]) == meant


class TestTheZone:
    def test_is_told_by_its_rules_with_onsets_before_the_change(self) -> None:
        file = file_of(datetime(2026, 11, 24, 15, tzinfo=UTC), FINDLAY)
        zone = file[file.index("BEGIN:VTIMEZONE") : file.index("END:VTIMEZONE")].splitlines()
        assert zone[1:] == [
            "TZID:America/New_York",
            "BEGIN:DAYLIGHT",
            "DTSTART:20250309T020000",
            "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3",
            "TZNAME:EDT",
            "TZOFFSETFROM:-0500",
            "TZOFFSETTO:-0400",
            "END:DAYLIGHT",
            "BEGIN:STANDARD",
            "DTSTART:20251102T020000",
            "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11",
            "TZNAME:EST",
            "TZOFFSETFROM:-0400",
            "TZOFFSETTO:-0500",
            "END:STANDARD",
        ]

    def test_stands_before_the_visit_that_names_it(self) -> None:
        file = file_of(datetime(2026, 11, 24, 15, tzinfo=UTC), FINDLAY)
        assert file.index("BEGIN:VTIMEZONE") < file.index("BEGIN:VEVENT")


class TestTheVisit:
    def event(self, *, method: str = "PUBLISH", **changes: Any) -> Any:
        """A visit on Tuesday at 10:00 with a type that wants people 20 minutes early."""
        visit_type = VisitType(
            name="New patient visit",
            arrive_early_minutes=20,
            by_phone=changes.pop("by_phone", False),
        )
        visit = Appointment(
            reference="7KQ2M9XA",
            visit_type=visit_type,
            status=changes.pop("status", "booked"),
            starts_at=datetime(2026, 11, 24, 15, tzinfo=UTC),
            ends_at=datetime(2026, 11, 24, 16, tzinfo=UTC),
            **changes,
        )
        content = calendar_file(
            visit,
            Clinic(**settings.CLINIC),
            method=method,  # type: ignore[arg-type]
            now=NOW,
            information_link="https://book.example.org/i/x",
            manage_link="https://book.example.org/a/x",
        )
        return Calendar.from_ical(content.decode()).events[0]

    @pytest.mark.parametrize(
        ("language", "words"),
        [("en", "Please arrive by: 9:40 AM"), ("es", "Llegue, por favor, a las: 9:40 AM")],
    )
    def test_says_when_to_arrive_in_the_patients_language(self, language: str, words: str) -> None:
        event = self.event(language=language)
        assert str(event["description"]).splitlines()[0] == words
        assert event.start.strftime("%H:%M") == "10:00"

    def test_says_where(self) -> None:
        assert "229 West Main Cross St." in str(self.event()["location"])
        assert str(self.event(by_phone=True)["location"]) == "By phone: we call you at this time"
        assert "arrive" not in str(self.event(by_phone=True)["description"])

    def test_rings_two_hours_ahead(self) -> None:
        [alarm] = self.event(method="REQUEST").walk("VALARM")
        assert alarm["trigger"].dt == timedelta(hours=-2)
        assert str(alarm["action"]) == "DISPLAY"
        assert str(alarm["description"]) == "PMG Findlay: Visit"

    def test_that_is_off_rings_no_more(self) -> None:
        assert self.event(method="CANCEL").walk("VALARM") == []
        assert self.event(status="cancelled").walk("VALARM") == []
