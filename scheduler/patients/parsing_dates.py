"""Days as people write them, made plain or refused."""

import re
from datetime import date

from scheduler.patients.parsing import NotValid

EARLIEST_BIRTH = date(1900, 1, 1)


def birth_date(value: date, *, today: date) -> date:
    """A day since 1900 that is not ahead; `today` is the clinic's."""
    if not EARLIEST_BIRTH <= value <= today:
        raise NotValid("birth-date", "Give the date of birth, such as 1958-03-09; none ahead.")
    return value


_AMERICAN = re.compile(r"(\d{1,2})[\s/.-]+(\d{1,2})[\s/.-]+(\d{4})", re.ASCII)
_DIGITS = re.compile(r"(\d\d)(\d\d)(\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)


def written_birth_date(value: str, *, today: date) -> date:
    """The same as people here write it; see `written_date`."""
    return birth_date(written_date(value), today=today)


def written_date(value: str) -> date:
    """Month, day and year as people here write them: 3/9/1958, 03-09-1958, 03091958, 1958-03-09."""
    if found := _ISO.fullmatch(value.strip()):
        year, month, day = map(int, found.groups())
    elif found := _AMERICAN.fullmatch(value.strip()) or _DIGITS.fullmatch(value.strip()):
        month, day, year = map(int, found.groups())
    else:
        raise NotValid("birth-date", "Give month, day and year, such as 03/09/1958.")
    try:
        return date(year, month, day)
    except ValueError:
        raise NotValid("birth-date", "There is no such day.") from None
