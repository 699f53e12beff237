"""Time on the staff's calendar at which nothing is to be booked, column by column."""

from collections.abc import Iterable, Iterator
from datetime import date, time
from typing import NamedTuple

from scheduler.clinic.closures import ONE_DAY, Closures
from scheduler.clinic.weekly_rules import WorkingHours
from scheduler.core.intervals import Interval, merge, subtract
from scheduler.core.opening_hours import Closure
from scheduler.frontdesk.calendar_columns import Columns

MIDNIGHT = time(0, 0)
WHOLE_DAY = Interval(0, 24 * 60)


class Background(NamedTuple):
    """Time in a column at which nothing is to be booked: `kind` is closed, time-off or holiday.

    `starts` and `ends` are minutes of the clinic's day.
    """

    resource: str
    kind: str
    title: str
    day: date
    starts: int
    ends: int


class OpenHours:
    """When each provider works on each day, in minutes of the clinic's day, merged."""

    def __init__(self, hours: Iterable[WorkingHours], first: date, last: date) -> None:
        self.days = [first + number * ONE_DAY for number in range((last - first).days + 1)]
        self._of: dict[tuple[int | None, date], list[Interval]] = {}
        rules = [(one.provider, one.rule) for one in hours]
        for day in self.days:
            for owner, rule in rules:
                if rule.holds_on(day):
                    span = Interval(_minute(rule.opens), _closing_minute(rule.closes))
                    self._of.setdefault((owner, day), []).append(span)
                    # A room, and the clinic, are open while anybody works.
                    self._of.setdefault((None, day), []).append(span)

    def closed(self, owner: int | None, day: date) -> list[Interval]:
        """The rest of the day; of all providers together where `owner` is None."""
        return subtract([WHOLE_DAY], merge(self._of.get((owner, day), [])))

    def span(self) -> tuple[int, int]:
        spans = [span for of_day in self._of.values() for span in of_day]
        if not spans:
            return 8 * 60, 17 * 60
        return min(span.start for span in spans), max(span.end for span in spans)


def shade_providers(columns: Columns, hours: OpenHours, closures: Closures) -> Iterator[Background]:
    for pk, column in columns.items():
        own = closures.of_provider.get(pk or 0, [])
        yield from _shade(column.id, pk, hours, [*closures.everywhere, *own])


def shade_rooms(columns: Columns, hours: OpenHours, closures: Closures) -> Iterator[Background]:
    for pk, column in columns.items():
        own = closures.of_room.get(pk or 0, [])
        yield from _shade(column.id, None, hours, [*closures.everywhere, *own])


def _shade(
    column: str, owner: int | None, hours: OpenHours, closures: list[Closure]
) -> Iterator[Background]:
    for day in hours.days:
        for start, end in hours.closed(owner, day):
            yield Background(column, "closed", "Closed", day, start, end)
        for closure in closures:
            if closure.first_day <= day <= closure.last_day and (
                closure.weekdays >> day.weekday() & 1
            ):
                starts = _minute(closure.starts or MIDNIGHT)
                ends = _closing_minute(closure.ends or MIDNIGHT)
                kind = "holiday" if closure.holiday else "time-off"
                title = closure.reason or "Time off"
                yield Background(column, kind, title, day, starts, ends)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _closing_minute(at: time) -> int:
    return _minute(at) or WHOLE_DAY.end
