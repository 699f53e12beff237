"""Notice in business days: how soon a visit may be booked, and from when a change is late.

A business day is a weekday of the clinic's mask (Monday 1, Tuesday 2, … Sunday 64) that is not
among its closed days. Days are the clinic's local ones; instants are epoch seconds, UTC.
"""

from collections.abc import Collection
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from scheduler.core.wall_clock import MIDNIGHT, instant, local_day, local_time

EVERY_DAY = 0b1111111


def is_business_day(day: date, weekdays_mask: int, closed_days: Collection[date]) -> bool:
    """Whether the clinic works on this day."""
    return bool(weekdays_mask >> day.weekday() & 1) and day not in closed_days


def add_business_days(
    day: date, count: int, *, weekdays_mask: int, closed_days: Collection[date]
) -> date:
    """The `count`-th business day after `day`; before it where `count` is negative, `day` for zero.

    Raises ValueError where the mask names no weekday.
    """
    if not weekdays_mask & EVERY_DAY:
        raise ValueError("a clinic needs at least one business day a week")
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not is_business_day(day, weekdays_mask, closed_days):
            day += step
    return day


def earliest_start(
    now: int,
    tz: ZoneInfo,
    *,
    business_days: int,
    minutes: int,
    weekdays_mask: int,
    closed_days: Collection[date],
) -> int:
    """The first instant that keeps the notice of a visit type, seen from the instant `now`.

    `business_days` of notice end at the midnight that begins the n-th business day after today;
    `minutes` of notice count from `now`. Both are kept, so zero business days leave the minutes
    alone.
    """
    soonest = now + minutes * 60
    if business_days <= 0:
        return soonest
    day = add_business_days(
        local_day(now, tz), business_days, weekdays_mask=weekdays_mask, closed_days=closed_days
    )
    return max(soonest, instant(day, MIDNIGHT, tz))


def late_from(
    start: int, tz: ZoneInfo, *, weekdays_mask: int, closed_days: Collection[date]
) -> int:
    """The same wall time one business day before a visit; a change after it is late."""
    day = add_business_days(
        local_day(start, tz), -1, weekdays_mask=weekdays_mask, closed_days=closed_days
    )
    return instant(day, local_time(start, tz), tz)
