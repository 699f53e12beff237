"""What can be booked: a fixed number of queries, however many days, providers and visits there are.

`load_visit` takes one query, `load_schedule` three; the rest is arithmetic on epoch seconds.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple

from scheduler.availability.visit_rules import Visit
from scheduler.clinic.closures import ONE_DAY
from scheduler.core import slots
from scheduler.core.intervals import Interval, merge
from scheduler.core.slots import Column, RoomState
from scheduler.core.wall_clock import MIDNIGHT, instant, offset_lookup


class Booked(NamedTuple):
    """A live appointment as far as times go."""

    provider: int
    room: int | None
    visit_type: int
    busy: Interval
    day: date
    seconds: int
    held: bool


@dataclass(frozen=True, slots=True)
class SlotAssignment:
    """A provider, by id and slug, and a room. `overbooked`: other visits, or the end of the hours,
    stand in the way of this one."""

    provider: int
    slug: str
    room: int | None
    overbooked: bool = False


@dataclass
class Schedule:
    """Everything that decides which starts of one visit type are free.

    `closed_days` are the clinic's, from today to the horizon.
    """

    visit: Visit
    slugs: dict[int, str]
    columns: dict[int, Column]
    room_closures: list[RoomState]
    booked: list[Booked]
    earliest: int
    latest: int
    utc_offsets: list[tuple[int, int]]
    closed_days: frozenset[date] = frozenset()

    @cached_property
    def rooms(self) -> list[RoomState]:
        """The rooms, closed as they are, with the visits that are in them."""
        return [
            RoomState(
                state.room,
                merge([*(b.busy for b in self.booked if b.room == state.room), *state.taken]),
            )
            for state in self.room_closures
        ]

    @cached_property
    def free_starts(self) -> dict[int, list[int]]:
        """Provider id to that provider's free starts, sorted epoch seconds."""
        free = slots.free_starts(
            self.visit.shape,
            self.columns,
            self.rooms,
            earliest=self.earliest,
            latest=self.latest,
            offset_at=offset_lookup(self.utc_offsets),
        )
        for provider, day in self._full_days():
            first = instant(day, MIDNIGHT, self.visit.tz)
            beyond = instant(day + ONE_DAY, MIDNIGHT, self.visit.tz)
            free[provider] = [at for at in free[provider] if not first <= at < beyond]
        return free

    def _full_days(self) -> list[tuple[int, date]]:
        """The providers' days on which the visit type's daily cap is reached."""
        cap = self.visit.daily_cap
        if cap is None:
            return []
        taken = Counter((b.provider, b.day) for b in self.booked if b.visit_type == self.visit.id)
        return [key for key, count in taken.items() if count >= cap and key[0] in self.columns]

    def without_bookings(self) -> "Schedule":
        """The same hours with nobody in them: what could be booked if nobody had."""
        return self.with_booked([])

    def with_booked(self, booked: list[Booked]) -> "Schedule":
        """The same hours with these visits in them, and no others."""
        return replace(
            self,
            columns={
                owner: replace(column, busy=[b.busy for b in booked if b.provider == owner])
                for owner, column in self.columns.items()
            },
            booked=booked,
        )

    def closing(
        self, spans: list[Interval], *, provider: int | None = None, room: int | None = None
    ) -> "Schedule":
        """The same visits, with more time off: of a provider, of a room, or of everybody."""
        closes_all = provider is None and room is None
        closures = [
            replace(state, taken=merge([*state.taken, *spans]))
            if closes_all or state.room == room
            else state
            for state in self.room_closures
        ]
        return replace(
            self,
            columns={
                owner: replace(column, closed=merge([*column.closed, *spans]))
                if closes_all or owner == provider
                else column
                for owner, column in self.columns.items()
            },
            room_closures=closures,
        )

    def assign(
        self,
        start: int,
        day: date,
        *,
        now: int,
        preferred_provider: int | None = None,
        overbook: bool = False,
    ) -> SlotAssignment | str:
        """Who and where for a visit at `start`, which is on the local day `day`; or why not: past,
        notice, horizon, grid, closed or taken, or time-off for one that may overbook.

        The preferred provider if they are free, else the least busy; with `overbook`, where nobody
        is free, on top of others.
        """
        if preferred_provider is not None and start in self.free_starts.get(preferred_provider, ()):
            owner: int | None = preferred_provider
        else:
            owner = self.least_busy(start, day)
        overbooked = owner is None and overbook and start > now
        if overbooked:
            owner = self._whoever(start, preferred_provider)
        if owner is None:
            return "time-off" if overbooked else self._refusal(start, now)
        room = (
            slots.room_anyway(self.visit.shape, start, self.rooms)
            if overbooked
            else slots.room_for(self.visit.shape, start, self.rooms, self.columns[owner].opens)
        )
        return SlotAssignment(owner, self.slugs[owner], room, overbooked)

    def _whoever(self, start: int, preferred_provider: int | None) -> int | None:
        """Staff put the visit there whoever else is; never into time off, of the provider or the
        clinic, which is the one thing that no reason opens."""
        busy = self.visit.shape.busy_range(start)
        here = [
            owner
            for owner, column in self.columns.items()
            if all(end <= busy.start or begin >= busy.end for begin, end in column.closed)
        ]
        return min(
            here, key=lambda owner: (owner != preferred_provider, self.slugs[owner]), default=None
        )

    def _refusal(self, start: int, now: int) -> str:
        """Why a start is not free: past, notice, horizon, grid, closed or taken."""
        if start <= now:
            return "past"
        if start < self.earliest:
            return "notice"
        if start > self.latest:
            return "horizon"
        if (start + offset_lookup(self.utc_offsets)(start)) % self.visit.shape.grid:
            return "grid"
        bookable = any(start in starts for starts in self.without_bookings().free_starts.values())
        return "taken" if bookable else "closed"

    def is_clear(self, provider: int, room: int | None, start: int) -> bool:
        """Whether a visit could stand there as far as other visits and closures go."""
        busy = self.visit.shape.busy_range(start)
        column = self.columns[provider]
        taken = [*column.busy, *column.closed]
        taken += [
            interval for state in self.rooms if state.room == room for interval in state.taken
        ]
        return all(end <= busy.start or begin >= busy.end for begin, end in taken)

    def is_full(self, provider: int, day: date) -> bool:
        """Whether the visit type's daily cap is reached on the provider's day."""
        return (provider, day) in self._full_days()

    def least_busy(self, start: int, day: date) -> int | None:
        """Of the providers free at `start`, the one with the fewest booked minutes that day."""
        seconds: Counter[int] = Counter()
        for booked in self.booked:
            if booked.day == day:
                seconds[booked.provider] += booked.seconds
        free = [provider for provider, starts in self.free_starts.items() if start in starts]
        return min(
            free, key=lambda provider: (seconds[provider], self.slugs[provider]), default=None
        )
