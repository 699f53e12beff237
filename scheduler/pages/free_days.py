"""The days that have free times, ten at once, as patients choose among them.

For a first choice and for a move alike.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, islice
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduler.pages.words import unbroken
from scheduler.queries.availability import Schedule, Visit, load_schedule
from scheduler.queries.when import date_in_words, in_words, time_in_words

DAYS_SHOWN = 10
# A clinic that is open on working days shows ten of them, and the next, out of these.
USUALLY_ENOUGH = timedelta(days=21)
NOON = 12


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
    """`count` in words, such as "29 times"."""

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
    ignoring: int | None,
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
            visit, first, last, now=now, provider=provider or None, ignoring=ignoring
        )
        return _starts_of(schedule)

    last = min(max(first + USUALLY_ENOUGH, reach or first), horizon)
    starts = until(last)
    if last < horizon and len(list(islice(_days(starts, visit), DAYS_SHOWN + 1))) <= DAYS_SHOWN:
        starts = until(horizon)
    return starts


def is_free(
    start: datetime, visit: Visit, *, provider: str, ignoring: int | None, now: datetime
) -> bool:
    """Whether the visit can begin then, with anyone where no provider is named.

    Raises UnknownProvider.
    """
    day = visit.local_day(start)
    schedule = load_schedule(visit, day, day, now=now, provider=provider or None, ignoring=ignoring)
    return int(start.timestamp()) in _starts_of(schedule)


def horizon_of(visit: Visit, *, now: datetime) -> date:
    """The last local day that can be booked."""
    return visit.local_day(now) + timedelta(days=visit.horizon_days)


def _starts_of(schedule: Schedule) -> list[int]:
    return sorted(set().union(*schedule.free_starts.values()))


def free_days(
    starts: list[int], visit: Visit, *, horizon: date, chosen: str, language: str
) -> FreeDays:
    """The first ten days among `starts`; the day of the `chosen` start, or the first, is open."""
    found = list(islice(_days(starts, visit), DAYS_SHOWN + 1))
    days = [times for _day, times in found[:DAYS_SHOWN]]
    # RFC 3339 begins with the day.
    dates = [day.isoformat() for day, _times in found[:DAYS_SHOWN]]
    chosen_day = dates.index(chosen[:10]) if chosen[:10] in dates else 0
    parts = (_("Morning"), _("Afternoon"))
    later = found[DAYS_SHOWN][0] if len(found) > DAYS_SHOWN else None
    return FreeDays(
        [_day(times, parts, language, at == chosen_day) for at, times in enumerate(days)],
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


def _days(starts: Iterable[int], visit: Visit) -> Iterator[tuple[date, list[datetime]]]:
    local = (datetime.fromtimestamp(at, visit.tz) for at in starts)
    return ((day, list(times)) for day, times in groupby(local, key=lambda at: at.date()))


def _day(times: list[datetime], parts: Iterable[str], language: str, is_open: bool) -> FreeDay:
    count = len(times)
    morning = [FreeTime(at.isoformat(), time_in_words(at)) for at in times if at.hour < NOON]
    afternoon = [FreeTime(at.isoformat(), time_in_words(at)) for at in times[len(morning) :]]
    return FreeDay(
        date_in_words(times[0], language),
        ngettext("%(n)s time", "%(n)s times", count) % {"n": count},
        [
            Part(name, found)
            for name, found in zip(parts, (morning, afternoon), strict=True)
            if found
        ],
        is_open,
    )


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
