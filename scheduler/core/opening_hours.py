"""Wall-clock rules become instants: weekly hours and closures, in the clinic's zone.

Instants are epoch seconds, UTC. Two days a year a wall clock is not a number line, and these rules
hold everywhere: a repeated hour opens at its first and closes at its second pass, and a time that
the spring change skips means the very instant of that change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from scheduler.core.business_days import EVERY_DAY
from scheduler.core.intervals import Interval, merge
from scheduler.core.wall_clock import MIDNIGHT, Days

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WeeklyRule:
    """Open on `weekday` (Monday is 0) from `opens` to `closes`; 00:00 closes at the day's end.

    It holds from `valid_from` to `valid_until`, both included, and every `every_n_weeks` ISO weeks,
    counted from the week of `valid_from`. A rule that closes before it opens offers nothing. Where
    `room` is given, the hours are for that room.

    Raises ValueError where `every_n_weeks` is below one, or above one with no `valid_from` to count
    from.
    """

    weekday: int
    opens: time
    closes: time
    valid_from: date | None = None
    valid_until: date | None = None
    every_n_weeks: int = 1
    room: int | None = None

    def __post_init__(self) -> None:
        if self.every_n_weeks < 1:
            raise ValueError("every_n_weeks counts weeks from one on")
        if self.every_n_weeks > 1 and self.valid_from is None:
            raise ValueError("hours that skip weeks need valid_from, the week to count from")

    def holds_on(self, day: date) -> bool:
        """Whether the rule is in force on this local day."""
        if day.weekday() != self.weekday:
            return False
        if self.valid_from is not None and day < self.valid_from:
            return False
        if self.valid_until is not None and day > self.valid_until:
            return False
        if self.every_n_weeks == 1 or self.valid_from is None:
            return True
        return (_week_number(day) - _week_number(self.valid_from)) % self.every_n_weeks == 0


@dataclass(frozen=True, slots=True)
class Closure:
    """Closed from `first_day` to `last_day`, both included, on the weekdays of the mask.

    `weekdays` adds up Monday 1, Tuesday 2, … Sunday 64. `starts` and `ends` are local times on each
    of these days; None means the day's own beginning or end, and both None the whole day. Where
    `ends` is not after `starts` the closure runs past midnight and ends on the following day.
    `reason` is for staff to read, and the name of a `holiday`.
    """

    first_day: date
    last_day: date
    starts: time | None = None
    ends: time | None = None
    weekdays: int = EVERY_DAY
    reason: str = ""
    holiday: bool = False


def expand_hours(
    rules: Iterable[WeeklyRule], first: date, last: date, tz: ZoneInfo
) -> list[tuple[Interval, int | None]]:
    """Each rule's opening on each day from `first` to `last` (both included), with its room.

    Sorted by start. Openings are not merged: two rules that overlap give two intervals.
    """
    by_weekday: list[list[tuple[WeeklyRule, bool]]] = [[] for _ in range(7)]
    for rule in rules:
        every_week = rule.valid_from is None and rule.valid_until is None
        by_weekday[rule.weekday].append((rule, every_week))
    days = Days(first, last, tz)
    opens: list[tuple[Interval, int | None]] = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        for rule, every_week in by_weekday[day.weekday()]:
            if every_week or rule.holds_on(day):
                start = days.instant(day, rule.opens)
                end = days.instant(day, rule.closes, closing=True)
                if start < end:
                    opens.append((Interval(start, end), rule.room))
    # The room may be None, which has no order; the sort is stable, so rules keep theirs.
    opens.sort(key=lambda opening: opening[0])
    return opens


def expand_closures(
    closures: Iterable[Closure], first: date, last: date, tz: ZoneInfo
) -> list[Interval]:
    """The closed time of the days from `first` to `last` (both included), merged.

    What begins the night before `first` is included, and nothing is cut off at either end.
    """
    days = Days(first - ONE_DAY, last + ONE_DAY, tz)
    closed: list[Interval] = []
    for closure in closures:
        day = max(closure.first_day, first - ONE_DAY)
        until = min(closure.last_day, last)
        while day <= until:
            if closure.weekdays >> day.weekday() & 1:
                closed.append(_closed_on(closure, day, days))
            day += ONE_DAY
    return merge(closed)


def _closed_on(closure: Closure, day: date, days: Days) -> Interval:
    starts = closure.starts or MIDNIGHT
    ends = closure.ends or MIDNIGHT
    runs_over = MIDNIGHT < ends <= starts
    last_day = day + ONE_DAY if runs_over else day
    return Interval(days.instant(day, starts), days.instant(last_day, ends, closing=True))


def _week_number(day: date) -> int:
    """A running number of ISO weeks; 1 January of year 1 was a Monday."""
    return (day.toordinal() - 1) // 7
