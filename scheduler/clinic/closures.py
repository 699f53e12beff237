"""When nobody is seen: time off of the clinic, a provider or a room, and the holidays kept."""

from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.clinic.closure_rows import closed_rows
from scheduler.clinic.holidays import federal_holidays_between
from scheduler.core.opening_hours import Closure

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Closures:
    """Time off by whom it is for, federal holidays included."""

    everywhere: list[Closure]
    of_provider: dict[int, list[Closure]]
    of_room: dict[int, list[Closure]]

    def whole_days(self, first: date, last: date) -> frozenset[date]:
        """The days that the clinic is closed from morning to night, which are no business days."""
        days = set()
        for closure in self.everywhere:
            if closure.starts is not None:
                continue
            day = max(closure.first_day, first)
            while day <= min(closure.last_day, last):
                if closure.weekdays >> day.weekday() & 1:
                    days.add(day)
                day += ONE_DAY
        return frozenset(days)


def load_closures(first: date, last: date) -> Closures:
    """Time off that is not over by `first`, and the holidays up to `last` that are kept."""
    found = Closures([], {}, {})
    holidays = set(federal_holidays_between(first, last))
    for opened, provider, room, *closure in closed_rows(first - ONE_DAY):
        if opened:
            holidays.discard(closure[0])
        elif provider is not None:
            found.of_provider.setdefault(provider, []).append(Closure(*closure))
        elif room is not None:
            found.of_room.setdefault(room, []).append(Closure(*closure))
        else:
            found.everywhere.append(Closure(*closure))
    found.everywhere.extend(Closure(day, day) for day in sorted(holidays))
    return found


def closed_days(first: date, last: date) -> frozenset[date]:
    """The local days from `first` to `last` on which the whole clinic is closed."""
    return load_closures(first, last).whole_days(first, last)
