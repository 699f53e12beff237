"""Days, clock times, instants and numbers from the text of a request: the one way of reading them.

Each function returns None where the text is none of the kind, or lies outside of what a clinic's
calendar holds, so that arithmetic on what was read can't leave the calendar. Whoever calls decides
whether that is an error of its field or as if nothing had been given.
"""

import re
from datetime import UTC, date, datetime, time

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2100, 12, 31)
# More than a row's number ever comes to, and small enough to be multiplied by a page's rows.
MOST = 10**12
_NUMBER = re.compile(r"\d{1,12}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CLOCK = re.compile(r"\d\d:\d\d", re.ASCII)
_WALL_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?", re.ASCII)
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


def number(text: str | None, *, most: int = MOST) -> int | None:
    """Decimal digits, from 0 up to `most`."""
    if text is None or not _NUMBER.fullmatch(text):
        return None
    found = int(text)
    return found if found <= most else None


def page(text: str | None) -> int:
    """A page's number from 1; the first where none is given. Pages end at 10,000."""
    return max(1, number(text, most=10_000) or 1)


def day(text: str | None) -> date | None:
    """ "2026-11-24"."""
    if text is None or not _DAY.fullmatch(text):
        return None
    try:
        return in_calendar(date.fromisoformat(text))
    except ValueError:
        return None


def in_calendar(found: date) -> date | None:
    """The day, where the clinic's calendar holds it."""
    return found if FIRST_DAY <= found <= LAST_DAY else None


def clock(text: str | None) -> time | None:
    """ "14:05", as a wall clock shows it."""
    if text is None or not _CLOCK.fullmatch(text):
        return None
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def wall_time(text: str | None) -> datetime | None:
    """ "2026-11-24T14:05" without an offset: what the clinic's wall shows; no time zone is set."""
    if text is None or not _WALL_TIME.fullmatch(text):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if in_calendar(found.date()) else None


def instant(text: str | None) -> datetime | None:
    """RFC 3339 with any offset, such as "2026-11-24T14:05:00-05:00"; the offset stays as given."""
    if text is None or not _INSTANT.fullmatch(text):
        return None
    try:
        found = datetime.fromisoformat(text.upper())
        return found if in_calendar(found.astimezone(UTC).date()) else None
    except (ValueError, OverflowError):
        return None
