"""The day that a page is about, as its address says it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.formats import date_format

from scheduler.clinic.models import Clinic
from scheduler.clinic.opening_day import OpeningDay, opening_day
from scheduler.core import parsing


@dataclass(frozen=True, slots=True)
class Day:
    """A local day and the clinic's today. `instead` says why a page that was asked for no day in
    particular shows another than today; empty where it doesn't."""

    shown: date
    today: date
    instead: str = ""

    @property
    def is_today(self) -> bool:
        return self.shown == self.today

    @property
    def is_ahead(self) -> bool:
        return self.shown > self.today

    @property
    def before(self) -> str:
        return (self.shown - timedelta(days=1)).isoformat()

    @property
    def after(self) -> str:
        return (self.shown + timedelta(days=1)).isoformat()

    @property
    def iso(self) -> str:
        return self.shown.isoformat()

    def __str__(self) -> str:
        return date_format(self.shown, "D, M j, Y")


def first_day_of(request: HttpRequest, clinic: Clinic, *, now: datetime) -> Day:
    """The same for a page that somebody opens: where no day is named and nobody works today any
    more, the next day that the clinic is open."""
    day = day_of(request, clinic.zone, now=now)
    if parsing.day(request.GET.get("day")) is not None:
        return day
    opening = opening_day(clinic, now=now)
    return replace(day, shown=opening.day, instead=why_not_today(opening))


def why_not_today(opening: OpeningDay) -> str:
    """In words for staff; empty where it is today."""
    if opening.closed:
        return "The clinic is closed today. This is the next day it is open."
    return "Today is over. This is the next day the clinic is open." if opening.over else ""


def day_of(request: HttpRequest, tz: ZoneInfo, *, now: datetime) -> Day:
    """`?day=2026-11-24`; today where there is none, or none that is a day."""
    today = now.astimezone(tz).date()
    return Day(parsing.day(request.GET.get("day")) or today, today)
