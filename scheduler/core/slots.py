"""Which starts a provider can offer: opening hours less busy time, on the visit type's grid.

Instants are epoch seconds, UTC. Nothing here looks at one slot after another: whatever blocks the
busy range of a visit blocks a range of its *starts*, so the work is algebra over a few ranges, and
the starts are written out only at the very end.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from scheduler.core.intervals import Interval, intersect, merge, subtract
from scheduler.core.wall_clock import DAY

Opening = tuple[Interval, int | None]
"""Opening hours, and the room they name."""


@dataclass(frozen=True, slots=True)
class VisitShape:
    """A visit type's length, its buffers on either side and the grid of its starts, in seconds."""

    duration: int
    buffer_before: int
    buffer_after: int
    grid: int

    def __post_init__(self) -> None:
        if self.duration <= 0 or self.grid <= 0:
            raise ValueError("a visit takes some time, and its grid has some width")
        if self.buffer_before < 0 or self.buffer_after < 0:
            raise ValueError("a buffer is not negative")

    def busy_range(self, start: int) -> Interval:
        """What a visit at `start` keeps busy: itself and both buffers."""
        return Interval(start - self.buffer_before, start + self.duration + self.buffer_after)


@dataclass(frozen=True, slots=True)
class Column:
    """One provider's time: `opens` with their rooms, `closed` (time off) and `busy` (appointments).

    `busy` holds busy ranges, their buffers included. None of the three needs to be sorted or
    merged.
    """

    opens: Sequence[Opening]
    closed: Sequence[Interval]
    busy: Sequence[Interval]


@dataclass(frozen=True, slots=True)
class RoomState:
    """A room and the time it is taken, by busy ranges or closures; in any order."""

    room: int
    taken: Sequence[Interval]


def free_starts(
    shape: VisitShape,
    columns: Mapping[int, Column],
    rooms: Sequence[RoomState],
    *,
    earliest: int,
    latest: int,
    offset_at: Callable[[int], int],
) -> dict[int, list[int]]:
    """The starts of each column from `earliest` to `latest`, both included, at which the visit
    fits; sorted.

    The visit itself lies inside opening hours. Its busy range, which may overhang the hours, is
    clear of closed and busy time, and of what takes at least one room of `rooms`. With no `rooms`
    the visit needs none, and a room that the hours name is ignored; otherwise only that room will
    do. `offset_at` gives the offset of local time at an instant; a start is on the grid by the wall
    clock.
    """

    @cache
    def no_room(named: int | None) -> list[Interval]:
        usable = _usable(rooms, named)
        return _no_room(shape, usable) if usable else [Interval(earliest, latest + 1)]

    def starts_of(column: Column) -> list[int]:
        blocked = _blocked(shape, [*column.closed, *column.busy])
        starts: list[int] = []
        groups = _by_room(column.opens, ignore_rooms=not rooms)
        for room, opens in groups.items():
            # What the window leaves nothing of is empty, and merging drops it.
            fits = merge(
                Interval(max(start, earliest), min(end - shape.duration, latest) + 1)
                for start, end in merge(opens)
            )
            free = subtract(fits, blocked)
            if rooms:
                free = subtract(free, no_room(room))
            for lowest, beyond in free:
                starts.extend(_on_grid(lowest, beyond, shape.grid, offset_at))
        return starts if len(groups) == 1 else sorted(set(starts))

    return {owner: starts_of(column) for owner, column in columns.items()}


def first_free_room(
    shape: VisitShape, start: int, rooms: Sequence[RoomState], named_room: int | None
) -> int | None:
    """The first room, in the order given, that a visit at `start` could have; or None.

    Where the hours name a room, only that room is looked at.
    """
    for state in _usable(rooms, named_room):
        if not any(begin <= start < end for begin, end in _blocked(shape, state.taken)):
            return state.room
    return None


def named_rooms(shape: VisitShape, opens: Iterable[Opening], start: int) -> list[int | None]:
    """The rooms that the hours around a visit at `start` name; None stands for hours of any room.

    Empty where the visit lies in no opening hours; hours of any room come first.
    """
    end = start + shape.duration
    found = [
        room
        for room, hours in _by_room(opens, ignore_rooms=False).items()
        if any(opening.start <= start and end <= opening.end for opening in merge(hours))
    ]
    return sorted(found, key=lambda room: -1 if room is None else room)


def room_for(
    shape: VisitShape, start: int, rooms: Sequence[RoomState], opens: Iterable[Opening]
) -> int | None:
    """The room of a visit at a start that is free in these hours; None where it needs none."""
    for named in named_rooms(shape, opens, start):
        room = first_free_room(shape, start, rooms, named)
        if room is not None:
            return room
    return None


def room_anyway(shape: VisitShape, start: int, rooms: Sequence[RoomState]) -> int | None:
    """A room for a visit that is put on top of others: a free one, else the first."""
    free = first_free_room(shape, start, rooms, None)
    return free if free is not None or not rooms else rooms[0].room


def _by_room(opens: Iterable[Opening], *, ignore_rooms: bool) -> dict[int | None, list[Interval]]:
    groups: dict[int | None, list[Interval]] = {}
    for interval, room in opens:
        groups.setdefault(None if ignore_rooms else room, []).append(interval)
    return groups


def _usable(rooms: Sequence[RoomState], named_room: int | None) -> Sequence[RoomState]:
    if named_room is None:
        return rooms
    return [state for state in rooms if state.room == named_room]


def _blocked(shape: VisitShape, taken: Iterable[Interval]) -> list[Interval]:
    """The starts, as merged ranges, at which the visit's busy range would meet taken time."""
    ahead = shape.duration + shape.buffer_after - 1
    after = shape.buffer_before
    return merge([Interval(start - ahead, end + after) for start, end in taken if start < end])


def _no_room(shape: VisitShape, rooms: Sequence[RoomState]) -> list[Interval]:
    """The starts, as merged ranges, at which each of the rooms is taken."""
    none_free = _blocked(shape, rooms[0].taken)
    for state in rooms[1:]:
        if not none_free:
            break
        none_free = intersect(none_free, _blocked(shape, state.taken))
    return none_free


def _on_grid(lowest: int, beyond: int, grid: int, offset_at: Callable[[int], int]) -> Iterable[int]:
    """The starts from `lowest` up to, but without, `beyond` that are on the wall clock's grid."""
    offset = offset_at(lowest)
    shift = offset_at(beyond - 1) - offset
    if shift % grid == 0 and beyond - lowest <= DAY:
        return range(lowest + -(lowest + offset) % grid, beyond, grid)
    # The clock may change in here: halves are looked at until each lies on one side of the change.
    middle = (lowest + beyond) // 2
    return [
        *_on_grid(lowest, middle, grid, offset_at),
        *_on_grid(middle, beyond, grid, offset_at),
    ]
