"""The clinic's calendar as the demo needs it: open days, and moments of them as instants in UTC."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from scheduler.core.business_days import add_business_days, is_business_day
from scheduler.core.wall_clock import instant

ONE_DAY = timedelta(days=1)
OPENS, CLOSES = time(8, 30), time(16, 30)


class Days:
    """`closed` are local days on which nobody works, holidays among them; it may grow."""

    def __init__(self, tz: ZoneInfo, business_days: int, closed: set[date]) -> None:
        self.tz = tz
        self.business_days = business_days
        self.closed = closed

    def at(self, day: date, wall: time) -> datetime:
        """When the clinic's clock shows `wall` on `day`."""
        return datetime.fromtimestamp(instant(day, wall, self.tz), UTC)

    def of(self, at: datetime) -> date:
        """The local day of an instant."""
        return at.astimezone(self.tz).date()

    def is_open(self, day: date) -> bool:
        return is_business_day(day, self.business_days, self.closed)

    def open_days(self, first: date, last: date) -> Iterator[date]:
        """The open days from `first` to `last`, both included."""
        for number in range((last - first).days + 1):
            if self.is_open(day := first + number * ONE_DAY):
                yield day

    def shifted(self, day: date, count: int) -> date:
        """The `count`-th open day after `day`, or before it where `count` is negative."""
        return add_business_days(
            day, count, weekdays_mask=self.business_days, closed_days=self.closed
        )

    def in_office(self, day: date, rng: Random) -> datetime:
        """A minute at which staff are at work, on `day` or the last open day before it."""
        if not self.is_open(day):
            day = self.shifted(day, -1)
        return self.at(day, OPENS) + timedelta(seconds=rng.randrange(300, 7 * 3600 + 1800))

    def in_waking_hours(self, day: date, rng: Random) -> datetime:
        """A minute at which patients use their phones."""
        return self.at(day, time(7)) + timedelta(seconds=rng.randrange(0, 15 * 3600))

    def staff_is_in(self, at: datetime) -> bool:
        local = at.astimezone(self.tz)
        return self.is_open(local.date()) and OPENS <= local.time() < CLOSES

    def next_moment(self, at: datetime, rng: Random) -> datetime:
        """`at` while staff are at work, else some minutes into the next working day."""
        if self.staff_is_in(at):
            return at
        local = at.astimezone(self.tz)
        day = local.date()
        if not self.is_open(day) or local.time() >= CLOSES:
            day = self.shifted(day, 1)
        return self.at(day, OPENS) + timedelta(seconds=rng.randrange(120, 5400))
