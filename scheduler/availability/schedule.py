"""What can be booked: a fixed number of queries, however many days, providers and visits there are.

`load_visit` takes one query, `load_schedule` three; the rest is arithmetic on epoch seconds.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from scheduler.core import slots
from scheduler.core.business_days import earliest_start
from scheduler.core.intervals import Interval, merge
from scheduler.core.opening_hours import Closure, WeeklyRule, expand_closures, expand_hours
from scheduler.core.slots import Column, RoomState, VisitShape
from scheduler.core.wall_clock import instant, offset_lookup, offsets
from scheduler.models import Provider
from scheduler.queries.closures import ONE_DAY, load_closures
from scheduler.queries.schedule_rows import (
    Row,
    booked_rows,
    hours_rows,
    provider_rows,
    visit_row,
)

MIDNIGHT = time(0, 0)
# Staff put visits where patients can't: at short notice, far ahead, at any fifth minute.
STAFF_HORIZON_DAYS = 730
STAFF_GRID = 5 * 60
# The longest visit with the longest buffers stays under this (see the models' validators), so
# what is busy after an instant starts at most this long before it: an index range, not a scan.
LONGEST_BUSY = timedelta(hours=24)


class UnknownVisitType(Exception):
    """No active visit type has this slug, or patients can't book it online."""


class UnknownProvider(Exception):
    """No active provider with this slug sees this type of visit."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit type's rules about time, with the clinic's zone and business days."""

    id: int
    slug: str
    shape: VisitShape
    business_days_notice: int
    notice_minutes: int
    horizon_days: int
    daily_cap: int | None
    move_cutoff: timedelta
    tz: ZoneInfo
    business_days: int
    rooms: tuple[int, ...]
    by_phone: bool = False

    def ends(self, start: datetime) -> datetime:
        return start + timedelta(seconds=self.shape.duration)

    def busy(self, start: datetime) -> tuple[datetime, datetime]:
        """What a visit that starts then keeps of its provider and room, buffers included."""
        before = timedelta(seconds=self.shape.buffer_before)
        after = timedelta(seconds=self.shape.buffer_after)
        return start - before, self.ends(start) + after

    def local_day(self, at: datetime) -> date:
        return at.astimezone(self.tz).date()

    def for_staff(self, *, on_its_grid: bool = False) -> "Visit":
        """The same visit without the rules that are for patients: notice, horizon and, unless it is
        to be offered, its grid."""
        grid = self.shape.grid if on_its_grid else min(self.shape.grid, STAFF_GRID)
        return replace(
            self,
            shape=replace(self.shape, grid=grid),
            business_days_notice=0,
            notice_minutes=0,
            horizon_days=STAFF_HORIZON_DAYS,
        )


def load_visit(slug: str, *, staff: bool = False, retired: bool = False) -> Visit:
    """The visit type of this slug. Raises UnknownVisitType; types for staff only need `staff`.

    With `retired` also one that is no longer booked: visits of it are still to come.
    """
    row = visit_row(slug, staff=staff, retired=retired)
    if row is None:
        raise UnknownVisitType(slug)
    return Visit(
        id=row[0],
        slug=slug,
        shape=VisitShape(*(60 * minutes for minutes in row[1:5])),
        business_days_notice=row[5],
        notice_minutes=row[6],
        horizon_days=row[7],
        daily_cap=row[8],
        move_cutoff=timedelta(minutes=row[9]),
        tz=ZoneInfo(row[10]),
        business_days=row[11],
        rooms=tuple(row[12]),
        by_phone=row[13],
    )


def who_sees(visit: Visit) -> list[Provider]:
    """The active providers for such visits, by slug; no more is read of them than their names."""
    return [
        Provider(slug=slug, name=name, credentials=credentials)
        for slug, name, credentials in provider_rows(visit.id)
    ]


class Booked(NamedTuple):
    """A live appointment as far as times go."""

    provider: int
    room: int | None
    visit_type: int
    busy: Interval
    day: date
    seconds: int
    held: bool


@dataclass
class Schedule:
    """Everything that decides which starts of one visit type are free."""

    visit: Visit
    slugs: dict[int, str]
    columns: dict[int, Column]
    rooms: list[RoomState]
    room_closures: list[RoomState]
    booked: list[Booked]
    earliest: int
    latest: int
    utc_offsets: list[tuple[int, int]]

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
            rooms=_with_visits(self.room_closures, booked),
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
            rooms=_with_visits(closures, self.booked),
            room_closures=closures,
        )

    def refusal(self, start: int, now: int) -> str:
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

    def is_closed(self, provider: int, start: int) -> bool:
        """Whether time off of the provider or the clinic stands in a visit there."""
        busy = self.visit.shape.busy_range(start)
        return any(
            begin < busy.end and end > busy.start for begin, end in self.columns[provider].closed
        )

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

    def room_anyway(self, start: int) -> int | None:
        """A room for a visit that is put on top of others: a free one, else the first."""
        free = slots.first_free_room(self.visit.shape, start, self.rooms, None)
        return free if free is not None or not self.rooms else self.rooms[0].room

    def room_for(self, provider: int, start: int) -> int | None:
        """The room of a visit at a free start, or None where it needs none."""
        for named in slots.named_rooms(self.visit.shape, self.columns[provider].opens, start):
            room = slots.first_free_room(self.visit.shape, start, self.rooms, named)
            if room is not None:
                return room
        return None


def load_schedule(
    visit: Visit,
    first: date,
    last: date,
    *,
    now: datetime,
    provider: str | None = None,
    ignoring: int | None = None,
) -> Schedule:
    """The schedule of the local days `first` to `last`, both included, as of `now`.

    `provider` narrows it to one slug (raises UnknownProvider); `ignoring` leaves one appointment
    out, as it is being moved. Lapsed holds block nobody.
    """
    today = visit.local_day(now)
    horizon = today + timedelta(days=visit.horizon_days)
    bookable_until = min(last, horizon)
    last = max(first, bookable_until)
    hours = hours_rows(visit.id, first, last, provider=provider)
    if provider is not None and not hours:
        raise UnknownProvider(provider)
    slugs = {row[0]: row[1] for row in hours}
    closures = load_closures(min(today, first), max(last, horizon))
    booked = _booked(visit, first, last, slugs, now=now, ignoring=ignoring)
    # A buffer may reach into the day before or after.
    around = (first - ONE_DAY, last + ONE_DAY, visit.tz)
    everywhere = expand_closures(closures.everywhere, *around)

    def closed(own: list[Closure] | None) -> list[Interval]:
        return merge([*everywhere, *expand_closures(own, *around)]) if own else everywhere

    room_closures = [RoomState(room, closed(closures.of_room.get(room))) for room in visit.rooms]
    return Schedule(
        visit=visit,
        slugs=slugs,
        columns={
            owner: Column(
                opens=expand_hours(_rules(hours, owner), first, last, visit.tz),
                closed=closed(closures.of_provider.get(owner)),
                busy=[b.busy for b in booked if b.provider == owner],
            )
            for owner in slugs
        },
        rooms=_with_visits(room_closures, booked),
        room_closures=room_closures,
        booked=booked,
        earliest=max(
            _earliest(visit, now, closures.whole_days(today, horizon)),
            instant(first, MIDNIGHT, visit.tz),
        ),
        latest=instant(bookable_until, MIDNIGHT, visit.tz, closing=True) - 1,
        utc_offsets=offsets(
            visit.tz,
            instant(first - ONE_DAY, MIDNIGHT, visit.tz),
            instant(last + 2 * ONE_DAY, MIDNIGHT, visit.tz),
        ),
    )


def _with_visits(closures: list[RoomState], booked: list[Booked]) -> list[RoomState]:
    """The rooms, closed as they are, with the visits that are in them."""
    return [
        RoomState(
            state.room, merge([*(b.busy for b in booked if b.room == state.room), *state.taken])
        )
        for state in closures
    ]


def _earliest(visit: Visit, now: datetime, closed_days: Collection[date]) -> int:
    return earliest_start(
        int(now.timestamp()),
        visit.tz,
        business_days=visit.business_days_notice,
        minutes=visit.notice_minutes,
        weekdays_mask=visit.business_days,
        closed_days=closed_days,
    )


def _rules(hours: Iterable[Row], provider: int) -> list[WeeklyRule]:
    return [WeeklyRule(*row[2:]) for row in hours if row[0] == provider and row[2] is not None]


def _booked(
    visit: Visit,
    first: date,
    last: date,
    providers: Collection[int],
    *,
    now: datetime,
    ignoring: int | None,
) -> list[Booked]:
    rows = booked_rows(
        datetime.combine(first, MIDNIGHT, visit.tz) - LONGEST_BUSY,
        datetime.combine(last + ONE_DAY, MIDNIGHT, visit.tz) + LONGEST_BUSY,
        zone=visit.tz,
        providers=providers,
        rooms=visit.rooms,
        ignoring=ignoring,
        now=now,
    )
    return [
        Booked(provider, room, visit_type, Interval(busy_start, busy_end), day, seconds, held)
        for provider, room, visit_type, busy_start, busy_end, day, seconds, held in rows
    ]
