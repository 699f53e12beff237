"""The columns of the staff's calendar: providers, or rooms."""

from typing import NamedTuple

from scheduler.transactions.statements import Row

# Where visits without a room stand when rooms are shown.
NO_ROOM = ":no-room"


class Resource(NamedTuple):
    """A column. `late` is by how many minutes a provider runs late now; 0 is on time."""

    id: str
    title: str
    note: str = ""
    late: int = 0


# By the primary key of the provider or the room; None is for visits without a room.
Columns = dict[int | None, Resource]


def provider_columns(people: list[Row], used: set[int]) -> Columns:
    """Who is active or has visits, even so."""
    return {
        pk: Resource(slug, name, credentials, minutes or 0)
        for pk, slug, name, credentials, active, _call_desk, minutes, _until in people
        if active or pk in used
    }


def room_columns(rooms: list[Row], used: set[int | None]) -> Columns:
    columns: Columns = {
        pk: Resource(slug, name) for pk, slug, name, active in rooms if active or pk in used
    }
    if None in used:
        columns[None] = Resource(NO_ROOM, "No room")
    return columns
