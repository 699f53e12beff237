"""When nobody is seen: time off of the clinic, a provider or a room, and the holidays kept."""

from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.clinic.holidays import federal_holidays_between
from scheduler.core.opening_hours import Closure
from scheduler.transactions.statements import fetch_planned

ONE_DAY = timedelta(days=1)
# (False, provider, room, all of a Closure but `holiday`) of time off, and (True, None, None, day,
# day, …) of each holiday that the clinic opens on.
_CLOSED = """
    SELECT false, provider_id, room_id, first_day, last_day, starts, ends, weekdays, reason
      FROM scheduler_timeoff WHERE last_day >= %(since)s
     UNION ALL
    SELECT true, NULL, NULL, day, day, NULL, NULL, 0, ''
      FROM scheduler_openholiday WHERE day >= %(since)s
"""


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
    """Time off that is not over by `first`, and the holidays to `last` that are kept; one query."""
    found = Closures([], {}, {})
    holidays = dict(federal_holidays_between(first, last))
    for opened, provider, room, *closure in fetch_planned(_CLOSED, {"since": first - ONE_DAY}):
        if opened:
            holidays.pop(closure[0], None)
        elif provider is not None:
            found.of_provider.setdefault(provider, []).append(Closure(*closure))
        elif room is not None:
            found.of_room.setdefault(room, []).append(Closure(*closure))
        else:
            found.everywhere.append(Closure(*closure))
    found.everywhere.extend(
        Closure(day, day, reason=name, holiday=True) for day, name in sorted(holidays.items())
    )
    return found


def closed_days(first: date, last: date) -> frozenset[date]:
    """The local days from `first` to `last` on which the whole clinic is closed."""
    return load_closures(first, last).whole_days(first, last)
