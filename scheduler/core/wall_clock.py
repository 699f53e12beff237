"""Between a clinic's wall clock and instants, right on the days when the clock changes.

Instants are epoch seconds, UTC; offsets are seconds east of UTC (New York in winter: -18000).
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = 86_400
MIDNIGHT = time(0, 0)
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()

# No zone has changed its offset twice within a week since 2000, so steps of four days see every
# change.
STEP = 4 * DAY


def offset_at(at: int, tz: ZoneInfo) -> int:
    """The zone's offset at an instant, in seconds east of UTC."""
    offset = datetime.fromtimestamp(at, tz).utcoffset() or timedelta(0)
    return round(offset.total_seconds())


def instant(day: date, at: time, tz: ZoneInfo, *, closing: bool = False) -> int:
    """The instant at which a clock on the clinic's wall shows `at` on `day`.

    A time that the clock shows twice means its first pass, and its second when `closing`. A time
    that the clock skips means the instant of the change. `closing` at 00:00 is the end of `day`,
    which is the beginning of the next.
    """
    if closing and at == MIDNIGHT:
        return instant(day + timedelta(days=1), MIDNIGHT, tz)
    wall = (day.toordinal() - EPOCH_ORDINAL) * DAY + _seconds(at)
    naive = datetime.fromtimestamp(wall, UTC).replace(tzinfo=tz)
    before, after = _offset_of(naive), _offset_of(naive.replace(fold=1))
    if before == after:
        return wall - before
    if before > after:  # the hour is repeated: fold 0 is its first pass
        return wall - (after if closing else before)
    return _change_between(wall - after, wall - before, tz)


def local_day(at: int, tz: ZoneInfo) -> date:
    """The clinic's calendar day at an instant."""
    return datetime.fromtimestamp(at, tz).date()


def local_time(at: int, tz: ZoneInfo) -> time:
    """What the clinic's wall clock shows at an instant, without its zone."""
    return datetime.fromtimestamp(at, tz).time()


def offsets(tz: ZoneInfo, start: int, end: int) -> list[tuple[int, int]]:
    """The offsets in force from `start` to `end`: sorted pairs of (since this instant, offset).

    The first pair stands at `start`; mostly it is the only one. Good for any window since 2000.
    """
    current = offset_at(start, tz)
    segments = [(start, current)]
    at = start
    while at < end:
        following = min(at + STEP, end)
        offset = offset_at(following, tz)
        if offset != current:
            segments.append((_change_between(at, following, tz), offset))
            current = offset
        at = following
    return segments


def offset_lookup(segments: Sequence[tuple[int, int]]) -> Callable[[int], int]:
    """A fast function from an instant to its offset, made of what `offsets` gave for its window."""
    if len(segments) == 1:
        only = segments[0][1]
        return lambda _at: only
    since = [start for start, _offset in segments[1:]]
    values = [offset for _start, offset in segments]
    return lambda at: values[bisect_right(since, at)]


class Days:
    """Wall clocks for a run of days, quick because only days near a change take the exact path."""

    def __init__(self, first: date, last: date, tz: ZoneInfo) -> None:
        """For the local days from `first` to `last`, both included."""
        self._tz = tz
        self._first = first.toordinal()
        count = last.toordinal() - self._first + 1
        midnight = (self._first - EPOCH_ORDINAL) * DAY
        # Two days on either side, more than any offset, so that no change near the ends is missed.
        segments = offsets(tz, midnight - 2 * DAY, midnight + (count + 2) * DAY)
        offset = offset_lookup(segments)
        self._midnights: list[int | None] = [
            wall - offset(wall) for wall in range(midnight, midnight + count * DAY, DAY)
        ]
        for change, _offset in segments[1:]:
            # The local day of a change is the UTC day of it or a neighbor.
            near = change // DAY + EPOCH_ORDINAL - self._first
            for index in range(max(near - 1, 0), min(near + 2, count)):
                self._midnights[index] = None

    def instant(self, day: date, at: time, *, closing: bool = False) -> int:
        """The same as the function `instant`, for one of these days."""
        midnight = self._midnights[day.toordinal() - self._first]
        if midnight is None:
            return instant(day, at, self._tz, closing=closing)
        if closing and at == MIDNIGHT:
            return midnight + DAY
        return midnight + _seconds(at)


def _seconds(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second


def _offset_of(local: datetime) -> int:
    return round((local.utcoffset() or timedelta(0)).total_seconds())


def _change_between(low: int, high: int, tz: ZoneInfo) -> int:
    """The first instant after `low`, at most `high`, at which its offset no longer holds."""
    before = offset_at(low, tz)
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(middle, tz) == before:
            low = middle
        else:
            high = middle
    return high
