"""When the clinic sees patients, for people to read: the hours of all its providers together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from itertools import groupby

from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from scheduler.clinic.weekly_rules import usual_week

DayHours = tuple[int, time, time]


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """Such as "Monday to Thursday" and "8:00 AM to 5:00 PM"."""

    days: str
    times: str


def opening_lines(today: date) -> list[OpeningLine]:
    """The usual week on `today`, with neighboring days of alike hours on one line."""
    usual = usual_week(today).items()
    return [_line(run) for run in _runs((weekday, *hours) for weekday, hours in usual)]


def _runs(days: Iterable[DayHours]) -> list[list[DayHours]]:
    """Runs of consecutive weekdays that open and close alike."""
    numbered = enumerate(days)
    by_run = groupby(numbered, key=lambda item: (item[1][0] - item[0], item[1][1], item[1][2]))
    return [[day for _number, day in run] for _key, run in by_run]


def _line(run: list[DayHours]) -> OpeningLine:
    first, last = str(WEEKDAYS[run[0][0]]), str(WEEKDAYS[run[-1][0]])
    times = {"first": time_format(run[0][1], "g:i A"), "last": time_format(run[0][2], "g:i A")}
    days = _("%(first)s to %(last)s") % {"first": first, "last": last} if first != last else first
    return OpeningLine(days[:1].upper() + days[1:], _("%(first)s to %(last)s") % times)
