"""The day that a page is about, as its address says it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.formats import date_format

from scheduler.core import parsing


@dataclass(frozen=True, slots=True)
class Day:
    """A local day and the clinic's today."""

    shown: date
    today: date

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


def day_of(request: HttpRequest, tz: ZoneInfo, *, now: datetime) -> Day:
    """`?day=2026-11-24`; today where there is none, or none that is a day."""
    today = now.astimezone(tz).date()
    return Day(parsing.day(request.GET.get("day")) or today, today)
