"""The changes of a zone's clock as yearly rules, for calendars that know no zone by its name.

All is in the terms of RFC 5545: an onset is the local time that the clock shows just before the
change, and offsets are seconds east of UTC.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from scheduler.core.wall_clock import offsets

# A rule has to hold for so many years before it is trusted: long enough for every weekday to fall
# on every day of the month, and for a rule that a country gives up to be seen.
YEARS = 30
LAST = -1


class YearlyRule(NamedTuple):
    """Once a year, on the `nth` such weekday of the month (1 to 4, or LAST); Monday is 0."""

    month: int
    weekday: int
    nth: int


@dataclass(frozen=True, slots=True)
class Onset:
    """From `local` on the zone's offset is `after`; with a rule, every year from then on."""

    local: datetime
    before: int
    after: int
    name: str
    rule: YearlyRule | None = None

    @property
    def is_daylight(self) -> bool:
        return self.after > self.before


@lru_cache(maxsize=32)
def onsets(tz: ZoneInfo, year: int) -> tuple[Onset, ...]:
    """What tells the zone's offset at any time of `year` and of the year after it, oldest first.

    Two yearly rules that begin in the year before, where the zone keeps to them. Else, also where
    it never changes its clock: the offset that stood when the year before began, and each change
    since then by itself.
    """
    changes = _changes(tz, year - 1, year - 1 + YEARS)
    return tuple(_yearly(changes) or _one_by_one(tz, changes, year))


def _changes(tz: ZoneInfo, first: int, end: int) -> list[Onset]:
    """Every change from the beginning of year `first` to that of `end`."""
    segments = offsets(tz, _new_year(first), _new_year(end))
    return [_onset(tz, since, before, after) for (_, before), (since, after) in pairwise(segments)]


def _onset(tz: ZoneInfo, since: int, before: int, after: int) -> Onset:
    local = datetime.fromtimestamp(since + before, UTC).replace(tzinfo=None)
    return Onset(local, before, after, datetime.fromtimestamp(since, tz).tzname() or "")


def _new_year(year: int) -> int:
    return round(datetime(year, 1, 1, tzinfo=UTC).timestamp())


def _yearly(changes: Sequence[Onset]) -> list[Onset]:
    """Both changes of a year as rules, or nothing where some year departs from them."""
    alike = defaultdict(list)
    for change in changes:
        alike[change.before, change.after, change.name, change.local.time()].append(change)
    if len(alike) != 2:
        return []
    found = []
    for group in alike.values():
        rule = _rule([change.local.date() for change in group])
        if rule is None:
            return []
        first = group[0]
        found.append(Onset(first.local, first.before, first.after, first.name, rule))
    return sorted(found, key=lambda onset: onset.local)


def _rule(days: Sequence[date]) -> YearlyRule | None:
    """The rule that gives exactly these days, one in each of YEARS years."""
    if [day.year - days[0].year for day in days] != list(range(YEARS)):
        return None
    fitting = set.intersection(*({*_rules_of(day)} for day in days))
    return min(fitting, default=None)


def _rules_of(day: date) -> list[YearlyRule]:
    nth = [(day.day - 1) // 7 + 1]
    if (day + timedelta(days=7)).month != day.month:
        nth.append(LAST)
    return [YearlyRule(day.month, day.weekday(), number) for number in nth if number < 5]


def _one_by_one(tz: ZoneInfo, changes: Sequence[Onset], year: int) -> list[Onset]:
    ((_, offset),) = offsets(tz, _new_year(year - 1), _new_year(year - 1))
    start = _onset(tz, _new_year(year - 1), offset, offset)
    return [start, *(change for change in changes if change.local.year < year + 2)]
