"""Instants in local time, as RFC 3339 or as the clinic's wall clock shows them, quick: put together
from parts, without a datetime."""

from datetime import date

from scheduler.core.wall_clock import DAY, EPOCH_ORDINAL, offset_lookup

_CLOCK = [f"T{minute // 60:02d}:{minute % 60:02d}:" for minute in range(24 * 60)]


class LocalTimes(dict[int, str]):
    """Epoch seconds to text such as 2026-11-24T10:00:00-05:00; made on first use, then kept."""

    def __init__(self, utc_offsets: list[tuple[int, int]]) -> None:
        """`utc_offsets` as `wall_clock.offsets` gives them, for the instants to be written."""
        super().__init__()
        self._offset_at = offset_lookup(utc_offsets)
        self._suffixes = {offset: offset_text(offset) for _since, offset in utc_offsets}
        self._days: dict[int, str] = {}

    def __missing__(self, at: int) -> str:
        offset = self._offset_at(at)
        day, second = divmod(at + offset, DAY)
        if day not in self._days:
            self._days[day] = date.fromordinal(EPOCH_ORDINAL + day).isoformat()
        clock = _CLOCK[second // 60]
        text = f"{self._days[day]}{clock}{second % 60:02d}{self._suffixes[offset]}"
        self[at] = text
        return text


class WallTimes(dict[int, str]):
    """Epoch seconds to text such as 2026-11-24T10:00, without an offset; made on first use."""

    def __init__(self, utc_offsets: list[tuple[int, int]]) -> None:
        super().__init__()
        self._offset_at = offset_lookup(utc_offsets)

    def __missing__(self, at: int) -> str:
        day, second = divmod(at + self._offset_at(at), DAY)
        text = wall_time(date.fromordinal(EPOCH_ORDINAL + day), second // 60)
        self[at] = text
        return text


def wall_time(day: date, minute: int) -> str:
    """2026-11-24T10:00 for minute 600; minute 1440 is the beginning of the next day."""
    beyond, minute = divmod(minute, 24 * 60)
    return date.fromordinal(day.toordinal() + beyond).isoformat() + _CLOCK[minute][:-1]


def offset_text(offset: int) -> str:
    """-05:00 for -18000 seconds east of UTC."""
    hours, minutes = divmod(abs(offset) // 60, 60)
    return f"{'-' if offset < 0 else '+'}{hours:02d}:{minutes:02d}"
