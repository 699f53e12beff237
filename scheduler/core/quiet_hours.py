"""Hours in which messages may leave by themselves, on one wall clock or on several at once.

Instants are epoch seconds, UTC; hours of the day are local to the zone of their clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from functools import reduce
from zoneinfo import ZoneInfo

from scheduler.core.intervals import Interval, intersect, merge
from scheduler.core.wall_clock import DAY, local_time, offsets

# Hours that clocks have in common come again each day, but for a change of one of them.
_SEARCHED = 3 * DAY


@dataclass(frozen=True, slots=True)
class Clock:
    """The hours that suit on one wall clock: from `opens` up to, but without, `closes`.

    Raises ValueError unless they close after they open, on the same day.
    """

    tz: ZoneInfo
    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("a window closes after it opens, on the same day")

    def suits(self, at: int) -> bool:
        return self.opens <= local_time(at, self.tz) < self.closes


def suits(at: int, clocks: Sequence[Clock]) -> bool:
    """Whether the hour suits on each of the clocks."""
    return all(clock.suits(at) for clock in clocks)


def binding(at: int, here: Clock, there: Sequence[Clock]) -> list[Clock]:
    """All of the clocks, where some moment within a day of `at` suits them all; else `here` alone.

    `there` may be clocks that contradict each other, or lie half a world away from `here`.
    """
    clocks = [here, *there]
    if not there or suits(at, clocks) or _common(clocks, at - DAY, at + DAY):
        return clocks
    return [here]


def next_suiting(at: int, clocks: Sequence[Clock]) -> int:
    """The first instant from `at` on that suits all the clocks; `at` itself if it does.

    Raises ValueError where they have no moment in common for three days.
    """
    if suits(at, clocks):
        return at
    spans = _common(clocks, at, at + _SEARCHED)
    if not spans:
        raise ValueError("the clocks have no hour in common")
    return spans[0].start


def moved_back(at: int, clocks: Sequence[Clock], *, room: int) -> int | None:
    """`at` if it suits all the clocks, else `room` seconds before the end of the span before it
    that does, or that span's start where it is shorter; None where three days have none."""
    if suits(at, clocks):
        return at
    spans = _common(clocks, at - _SEARCHED, at)
    return max(spans[-1].start, spans[-1].end - room) if spans else None


def _common(clocks: Sequence[Clock], start: int, end: int) -> list[Interval]:
    return reduce(intersect, (_spans(clock, start, end) for clock in clocks))


def _spans(clock: Clock, start: int, end: int) -> list[Interval]:
    """When the clock shows a suiting hour, between two instants: twice a day where it repeats one,
    shorter where it skips one."""
    segments = offsets(clock.tz, start, end)
    untils = [since for since, _offset in segments[1:]] + [end]
    opens, closes = _second(clock.opens), _second(clock.closes)
    found = []
    for (since, offset), until in zip(segments, untils, strict=True):
        for day in range((since + offset) // DAY, (until + offset) // DAY + 1):
            midnight = day * DAY - offset
            found.append(Interval(max(midnight + opens, since), min(midnight + closes, until)))
    return merge(found)


def _second(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second
