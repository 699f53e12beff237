"""The staff's calendar: who is where when, and when nobody can be, by provider or by room.

A fixed number of queries, however many providers, days and visits there are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from scheduler.availability.load_schedule import UnknownProvider
from scheduler.clinic.closures import load_closures
from scheduler.clinic.weekly_rules import working_hours
from scheduler.core.wall_clock import instant, offset_at, offsets
from scheduler.frontdesk import calendar_rows
from scheduler.frontdesk.calendar_backgrounds import (
    MIDNIGHT,
    Background,
    OpenHours,
    shade_providers,
    shade_rooms,
)
from scheduler.frontdesk.calendar_columns import Columns, Resource, provider_columns, room_columns
from scheduler.frontdesk.calendar_version import calendar_version
from scheduler.transactions.statements import Row

By = Literal["provider", "room"]


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
    hours = OpenHours(working_hours(first, last), first, last)
    closures = load_closures(first, last)
    start, end = instant(first, MIDNIGHT, tz), instant(last, MIDNIGHT, tz, closing=True)
    rows = calendar_rows.visit_rows(
        datetime.fromtimestamp(start, tz),
        datetime.fromtimestamp(end, tz),
        provider=people[0][0] if provider is not None else None,
        now=now,
    )
    if by == "room":
        columns = room_columns(rooms, {row[2] for row in rows})
        shades = shade_rooms(columns, hours, closures)
    else:
        columns = provider_columns(people, {row[1] for row in rows})
        shades = shade_providers(columns, hours, closures)
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
