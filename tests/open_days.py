"""Days ahead on which somebody can be booked, for tests that have to go by the real clock."""

from datetime import date, timedelta

from scheduler.clinic.holidays import federal_holidays_between

ONE_DAY = timedelta(days=1)
TUESDAY = 1


def open_day(earliest: date) -> date:
    """The first from there on that is neither at a weekend nor a federal holiday."""
    day = earliest
    while not _is_open(day):
        day += ONE_DAY
    return day


def open_tuesday(earliest: date) -> date:
    """The first Tuesday from there on that is open and has an open Wednesday after it."""
    day = earliest
    while not (day.weekday() == TUESDAY and _is_open(day) and _is_open(day + ONE_DAY)):
        day += ONE_DAY
    return day


def _is_open(day: date) -> bool:
    return day.weekday() < 5 and not federal_holidays_between(day, day)
