"""The days that have free times, ten at once, as patients choose among them.

For a first choice and for a move alike.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, islice

from django.utils.formats import date_format

from scheduler.core.wall_clock import MIDNIGHT, instant
from scheduler.pages.words import unbroken
from scheduler.queries.availability import Schedule, Visit, load_schedule
from scheduler.queries.when import in_words, time_in_words

DAYS_SHOWN = 10
NOON = 12


@dataclass(frozen=True, slots=True)
class FreeTime:
    """`value` is RFC 3339 with the clinic's offset, `name` such as "10:00 AM"."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class FreeDay:
    name: str
    count: int
    morning: list[FreeTime]
    afternoon: list[FreeTime]
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


def schedule_from(
    visit: Visit, since: date | None, *, provider: str, ignoring: int | None, now: datetime
) -> Schedule:
    """Everything that is free from a local day (today where None) on. Raises UnknownProvider."""
    today = visit.local_day(now)
    horizon = today + timedelta(days=visit.horizon_days)
    first = min(max(since or today, today), horizon)
    return load_schedule(
        visit, first, horizon, now=now, provider=provider or None, ignoring=ignoring
    )


def starts_of(schedule: Schedule) -> list[int]:
    """The starts at which anyone of the schedule is free, sorted epoch seconds."""
    return sorted(set().union(*schedule.free_starts.values()))


def free_days(starts: list[int], visit: Visit, *, chosen: str, language: str) -> FreeDays:
    """The first ten days among `starts`; the day of the `chosen` start, or the first, is open."""
    found = list(islice(_days(starts, visit), DAYS_SHOWN + 1))
    days = [times for _day, times in found[:DAYS_SHOWN]]
    chosen_day = next((at for at, times in enumerate(days) if _has(times, chosen)), 0)
    later = found[DAYS_SHOWN][0] if len(found) > DAYS_SHOWN else None
    return FreeDays(
        [_day(times, visit, language, at == chosen_day) for at, times in enumerate(days)],
        later,
        _months(starts, visit, later) if later else [],
    )


def by_themselves(
    values: Iterable[str], free: Iterable[int], visit: Visit, language: str
) -> list[FreeTime]:
    """Single times with their days, those of `values` that are free."""
    still = set(free)
    ats = [datetime.fromisoformat(value) for value in values]
    words = [(at, in_words(at, visit.tz, language)) for at in ats if at.timestamp() in still]
    return [FreeTime(at.isoformat(), f"{when.date}, {unbroken(when.time)}") for at, when in words]


def _days(starts: Iterable[int], visit: Visit) -> Iterator[tuple[date, list[datetime]]]:
    local = (datetime.fromtimestamp(at, visit.tz) for at in starts)
    return ((day, list(times)) for day, times in groupby(local, key=lambda at: at.date()))


def _has(times: list[datetime], chosen: str) -> bool:
    return any(at.isoformat() == chosen for at in times)


def _day(times: list[datetime], visit: Visit, language: str, is_open: bool) -> FreeDay:
    named = [(at.hour < NOON, FreeTime(at.isoformat(), time_in_words(at))) for at in times]
    return FreeDay(
        in_words(times[0], visit.tz, language).date,
        len(times),
        [time for early, time in named if early],
        [time for early, time in named if not early],
        is_open,
    )


def _months(starts: list[int], visit: Visit, after: date) -> list[Later]:
    """The first free day of each month that begins after a day."""
    found = []
    last = datetime.fromtimestamp(starts[-1], visit.tz).date()
    month = _next_month(after)
    while month <= last:
        at = bisect_left(starts, instant(month, MIDNIGHT, visit.tz))
        day = datetime.fromtimestamp(starts[at], visit.tz).date()
        month = day.replace(day=1)
        found.append(Later(day, date_format(day, "YEAR_MONTH_FORMAT")))
        month = _next_month(month)
    return found


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
