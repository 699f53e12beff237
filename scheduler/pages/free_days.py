"""The days that have free times, ten at once, as patients choose among them.

For a first choice and for a move alike.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduler.availability.load_schedule import load_schedule
from scheduler.availability.schedule import Schedule
from scheduler.availability.visit_rules import Visit
from scheduler.clinic.date_format import date_in_words
from scheduler.clinic.time_format import in_words, time_in_words
from scheduler.core.local_times import LocalTimes
from scheduler.core.wall_clock import MIDNIGHT, instant, local_day, offsets
from scheduler.pages.typography import unbroken

DAYS_SHOWN = 10
# A clinic that is open on working days shows ten of them, and the next, out of these.
USUALLY_ENOUGH = timedelta(days=21)
NOON = time(12)


class FreeTime(NamedTuple):
    """`value` is RFC 3339 with the clinic's offset, `name` such as "10:00 AM"."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Part:
    """Morning or afternoon of a day, as far as it has times."""

    name: str
    times: list[FreeTime]


@dataclass(frozen=True, slots=True)
class FreeDay:
    """`name` and `count` in words, such as "Monday, November 30, 2026" and "29 times"."""

    name: str
    count: str
    parts: list[Part]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Later:
    """A day to go on from, in words such as "December 2026"."""

    day: date
    name: str


@dataclass(frozen=True, slots=True)
class FreeDays:
    """`later` is the first free day after `days`, or None; `months` begin after that one's."""

    days: list[FreeDay]
    later: date | None
    months: list[Later]


def starts_from(
    visit: Visit,
    since: date | None,
    *,
    reach: date | None,
    provider: str,
    exclude_id: int | None,
    now: datetime,
) -> list[int]:
    """The free starts, sorted epoch seconds, of a local day (today where None) and those after it:
    as many days as hold ten with times, and `reach` at least. Raises UnknownProvider.
    """
    today = visit.local_day(now)
    horizon = horizon_of(visit, now=now)
    first = min(max(since or today, today), horizon)

    def until(last: date) -> list[int]:
        schedule = load_schedule(
            visit, first, last, now=now, provider=provider or None, exclude_id=exclude_id
        )
        return _starts_of(schedule)

    last = min(max(first + USUALLY_ENOUGH, reach or first), horizon)
    starts = until(last)
    if last < horizon and len(list(islice(_days(starts, visit.tz), DAYS_SHOWN + 1))) <= DAYS_SHOWN:
        starts = until(horizon)
    return starts


def is_free(
    start: datetime, visit: Visit, *, provider: str, exclude_id: int | None, now: datetime
) -> bool:
    """Whether the visit can begin then, with anyone where no provider is named.

    Raises UnknownProvider.
    """
    day = visit.local_day(start)
    schedule = load_schedule(
        visit, day, day, now=now, provider=provider or None, exclude_id=exclude_id
    )
    return int(start.timestamp()) in _starts_of(schedule)


def horizon_of(visit: Visit, *, now: datetime) -> date:
    """The last local day that can be booked."""
    return visit.local_day(now) + timedelta(days=visit.horizon_days)


def _starts_of(schedule: Schedule) -> list[int]:
    return sorted(set().union(*schedule.free_starts.values()))


def free_days(
    starts: list[int], visit: Visit, *, horizon: date, opened: bool, chosen: str, language: str
) -> FreeDays:
    """The first ten days among `starts`; where they are `opened`, the day of the `chosen` start, or
    the first, is open."""
    found = list(islice(_days(starts, visit.tz), DAYS_SHOWN + 1))
    # RFC 3339 begins with the day.
    dates = [day.isoformat() for day, _starts in found[:DAYS_SHOWN]]
    chosen_day = dates.index(chosen[:10]) if chosen[:10] in dates else 0
    local = LocalTimes(offsets(visit.tz, starts[0], starts[-1]) if starts else [])
    later = found[DAYS_SHOWN][0] if len(found) > DAYS_SHOWN else None
    return FreeDays(
        [
            _day(day, of_day, visit, local, language, is_open=opened and at == chosen_day)
            for at, (day, of_day) in enumerate(found[:DAYS_SHOWN])
        ],
        later,
        _months(later, horizon) if later else [],
    )


def by_themselves(
    values: Iterable[str], free: Iterable[int], visit: Visit, language: str
) -> list[FreeTime]:
    """Single times with their days, those of `values` that are free."""
    still = set(free)
    ats = [datetime.fromisoformat(value) for value in values]
    words = [(at, in_words(at, visit.tz, language)) for at in ats if at.timestamp() in still]
    return [FreeTime(at.isoformat(), f"{when.date}, {unbroken(when.time)}") for at, when in words]


def _days(starts: list[int], tz: ZoneInfo) -> Iterator[tuple[date, list[int]]]:
    """Each local day that has starts, with them."""
    at = 0
    while at < len(starts):
        day = local_day(starts[at], tz)
        beyond = bisect_left(starts, instant(day, MIDNIGHT, tz, closing=True), at)
        yield day, starts[at:beyond]
        at = beyond


def _day(
    day: date, starts: list[int], visit: Visit, local: LocalTimes, language: str, *, is_open: bool
) -> FreeDay:
    count = len(starts)
    noon = bisect_left(starts, instant(day, NOON, visit.tz))
    parts = ((_("Morning"), starts[:noon]), (_("Afternoon"), starts[noon:]))
    return FreeDay(
        capfirst(date_in_words(day, language)),
        ngettext("%(n)s time", "%(n)s times", count) % {"n": count},
        [Part(name, _times(found, local)) for name, found in parts if found],
        is_open,
    )


def _times(starts: list[int], local: LocalTimes) -> list[FreeTime]:
    return [FreeTime(local[start], _clock(local[start][11:16])) for start in starts]


@cache
def _clock(shown: str) -> str:
    """ "10:00 AM" for "10:00"."""
    return time_in_words(time.fromisoformat(shown))


def _months(after: date, horizon: date) -> list[Later]:
    """The first day of each month that begins after a day; whether it has times is seen there."""
    found = []
    month = _next_month(after)
    while month <= horizon:
        found.append(Later(month, date_format(month, "YEAR_MONTH_FORMAT")))
        month = _next_month(month)
    return found


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
