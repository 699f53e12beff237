"""Half-open intervals of time and their algebra: union, difference and intersection.

Every instant is a whole number of epoch seconds, UTC. An interval holds its start and not its end,
so two visits that touch do not overlap. A *merged* list is sorted, its intervals are not empty, and
no two of them overlap or touch; `merge` makes one, and the other functions take and give merged
lists.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Interval(NamedTuple):
    """The time from `start` up to, but without, `end`; both in epoch seconds, UTC."""

    start: int
    end: int


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time as a merged list. What ends where it starts, or before, is dropped."""
    merged: list[Interval] = []
    last_start = last_end = 0
    for interval in sorted(intervals):
        start, end = interval
        if start >= end:
            continue
        if merged and start <= last_end:
            if end > last_end:
                last_end = end
                merged[-1] = Interval(last_start, end)
            continue
        merged.append(interval)
        last_start, last_end = start, end
    return merged


def subtract(keep: Sequence[Interval], remove: Sequence[Interval]) -> list[Interval]:
    """The time in `keep` that is not in `remove`. Both are merged lists, and so is the answer."""
    left: list[Interval] = []
    index, count = 0, len(remove)
    for interval in keep:
        start, end = interval
        while index < count and remove[index].end <= start:
            index += 1
        if index == count or remove[index].start >= end:
            left.append(interval)
            continue
        # A removed interval may reach into the next kept one, so `index` stays where it is.
        probe = index
        while probe < count and (gap := remove[probe]).start < end:
            if start < gap.start:
                left.append(Interval(start, gap.start))
            start = gap.end
            probe += 1
        if start < end:
            left.append(Interval(start, end))
    return left


def intersect(a: Sequence[Interval], b: Sequence[Interval]) -> list[Interval]:
    """The time that is in both `a` and `b`. Both are merged lists, and so is the answer."""
    common: list[Interval] = []
    i = j = 0
    while i < len(a) and j < len(b):
        start, end = max(a[i].start, b[j].start), min(a[i].end, b[j].end)
        if start < end:
            common.append(Interval(start, end))
        if a[i].end < b[j].end:
            i += 1
        else:
            j += 1
    return common
