"""The staff's calendar: who is where when, and when nobody can be, by provider or by room.

A fixed number of queries, however many providers, days and visits there are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from scheduler.availability.load_schedule import UnknownProvider
from scheduler.clinic.closures import ONE_DAY, Closures, load_closures
from scheduler.clinic.weekly_rules import WorkingHours, working_hours
from scheduler.core.intervals import Interval, merge, subtract
from scheduler.core.opening_hours import Closure
from scheduler.core.wall_clock import instant, offset_at, offsets
from scheduler.frontdesk import calendar_rows
from scheduler.frontdesk.calendar_version import calendar_version
from scheduler.transactions.statements import Row

By = Literal["provider", "room"]
MIDNIGHT = time(0, 0)
WHOLE_DAY = Interval(0, 24 * 60)
# Where visits without a room stand when rooms are shown.
NO_ROOM = ":no-room"


class Resource(NamedTuple):
    """A column. `late` is by how many minutes a provider runs late now; 0 is on time."""

    id: str
    title: str
    note: str = ""
    late: int = 0


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


class Visit(NamedTuple):
    """A row of `calendar_rows.visit_rows`, with its column, its provider's slug and its room's
    name; instants are epoch seconds, UTC. `late`: it is to begin while its provider runs late."""

    row: Row
    resource: str
    provider: str
    room: str
    late: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """`utc_offsets` as `wall_clock.offsets` gives them for the days shown; `utc_offset` is the one
    in force now. `opens` and `closes` are the earliest and the latest minute of any day."""

    tz: ZoneInfo
    version: str
    utc_offset: int
    utc_offsets: list[tuple[int, int]]
    resources: list[Resource]
    visits: list[Visit]
    backgrounds: list[Background]
    opens: int
    closes: int

    def patients(self) -> Iterator[int | None]:
        """Whose names are on it; None for a time that is being booked."""
        return (visit.row[7] for visit in self.visits)


def load_calendar(
    first: date, last: date, *, by: By = "provider", provider: str | None = None, now: datetime
) -> Calendar:
    """The local days `first` to `last`, both included, as of `now`.

    `provider` narrows it to one slug (raises UnknownProvider).
    """
    # Before anything else: what changes meanwhile is asked for again, not missed.
    version = calendar_version()
    tz = ZoneInfo(calendar_rows.zone_name())
    people = calendar_rows.provider_rows(provider, now=now)
    if provider is not None and not people:
        raise UnknownProvider(provider)
    rooms = calendar_rows.room_rows()
    hours = _Hours(working_hours(first, last), first, last)
    closures = load_closures(first, last)
    start, end = instant(first, MIDNIGHT, tz), instant(last, MIDNIGHT, tz, closing=True)
    rows = calendar_rows.visit_rows(
        datetime.fromtimestamp(start, tz),
        datetime.fromtimestamp(end, tz),
        provider=people[0][0] if provider is not None else None,
        now=now,
    )
    if by == "room":
        columns = _room_columns(rooms, {row[2] for row in rows})
        shades = _shade_rooms(columns, hours, closures)
    else:
        columns = _provider_columns(people, {row[1] for row in rows})
        shades = _shade_providers(columns, hours, closures)
    opens, closes = hours.span()
    return Calendar(
        tz=tz,
        version=version,
        utc_offset=offset_at(int(now.timestamp()), tz),
        utc_offsets=offsets(tz, start, end),
        resources=list(columns.values()),
        visits=_visits(rows, columns, by, people=people, rooms=rooms, now=int(now.timestamp())),
        backgrounds=list(shades),
        opens=opens,
        closes=closes,
    )


Columns = dict[int | None, Resource]


def _provider_columns(people: list[Row], used: set[int]) -> Columns:
    """Who is active or has visits, even so."""
    return {
        pk: Resource(slug, name, credentials, minutes or 0)
        for pk, slug, name, credentials, active, _call_desk, minutes, _until in people
        if active or pk in used
    }


def _room_columns(rooms: list[Row], used: set[int | None]) -> Columns:
    columns: Columns = {
        pk: Resource(slug, name) for pk, slug, name, active in rooms if active or pk in used
    }
    if None in used:
        columns[None] = Resource(NO_ROOM, "No room")
    return columns


def _visits(
    rows: list[Row], columns: Columns, by: By, *, people: list[Row], rooms: list[Row], now: int
) -> list[Visit]:
    slugs = {row[0]: row[1] for row in people}
    late_until = {row[0]: row[7] for row in people if row[7] is not None}
    names: dict[int | None, str] = {None: ""} | {row[0]: row[2] for row in rooms}
    place = 2 if by == "room" else 1
    return [
        Visit(
            row,
            columns[row[place]].id,
            slugs[row[1]],
            names[row[2]],
            row[1] in late_until
            and now <= row[4]
            and row[3] < late_until[row[1]]
            and row[5] in {"booked", "confirmed", "arrived"},
        )
        for row in rows
    ]


class _Hours:
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


def _shade_providers(columns: Columns, hours: _Hours, closures: Closures) -> Iterator[Background]:
    for pk, column in columns.items():
        own = closures.of_provider.get(pk or 0, [])
        yield from _shade(column.id, pk, hours, [*closures.everywhere, *own])


def _shade_rooms(columns: Columns, hours: _Hours, closures: Closures) -> Iterator[Background]:
    for pk, column in columns.items():
        own = closures.of_room.get(pk or 0, [])
        yield from _shade(column.id, None, hours, [*closures.everywhere, *own])


def _shade(
    column: str, owner: int | None, hours: _Hours, closures: list[Closure]
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
