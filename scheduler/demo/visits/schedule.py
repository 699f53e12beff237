"""Which times are filled: full near today, thinning out ahead, and how tightly before.

A `Slot` is a time that a provider has for a visit, with a room where one is needed; no two of one
provider or of one room overlap. Some are left free (`Slot.free`): a visit that was moved away or
called off was there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from scheduler.booking.models import Appointment
from scheduler.clinic.models import VisitType
from scheduler.core.status import LIVE
from scheduler.demo.days import Days
from scheduler.demo.visits.providers import PROCEDURES, Working

# From so many days ahead on, this share of the times is filled; the last holds for the rest.
_AHEAD = ((7, 0.96), (14, 0.72), (21, 0.45), (28, 0.28), (35, 0.17), (42, 0.1), (49, 0.06))
_FARTHEST = 0.04
_LATELY, _BEFORE = 0.9, 0.5
Busy = dict[int, list[tuple[datetime, datetime]]]
_WEIGHTS = {"new-patient": 8, "follow-up": 68, "phone-visit": 24}


@dataclass(slots=True)
class Slot:
    """`start`, `end` and the busy span are instants in UTC."""

    working: Working
    room: int | None
    type: VisitType
    start: datetime
    end: datetime
    busy_start: datetime
    busy_end: datetime
    free: bool


def share_filled(ahead: int) -> float:
    """Of the times of a day so many days ahead (negative: back), the share that is filled."""
    if ahead < 0:
        return _LATELY if ahead >= -28 else _BEFORE
    return next((share for until, share in _AHEAD if ahead < until), _FARTHEST)


class Diary:
    """Fills days with slots; `rooms` are the ids of each visit type's rooms, in their order. A room
    in which somebody real is expected stays theirs."""

    def __init__(
        self, days: Days, types: dict[str, VisitType], rooms: dict[str, list[int]], rng: Random
    ) -> None:
        self._taken: dict[date, Busy] = {}
        live = Appointment.objects.filter(status__in=LIVE, room__isnull=False)
        for room, start, end in live.values_list("room", "busy_start", "busy_end"):
            of_day = self._taken.setdefault(days.of(start), {})
            of_day.setdefault(room or 0, []).append((start, end))
        self._days = days
        self._types = types
        self._rooms = rooms
        self._rng = rng

    def fill(self, day: date, practice: list[Working], share: float) -> list[Slot]:
        """The day's slots by time. Who begins to plan changes from day to day, as rooms are few."""
        busy: Busy = self._taken.get(day, {})
        turn = day.toordinal() % len(practice)
        order = practice[turn:] + practice[:turn]
        found = [slot for one in order for slot in self._of(one, day, share, busy)]
        return sorted(found, key=lambda slot: slot.start)

    def _of(self, working: Working, day: date, share: float, busy: Busy) -> Iterator[Slot]:
        done = self._days.at(day, time(0))
        for rule, offered in working.hours_on(day):
            start, closes = self._days.at(day, rule.opens), self._days.at(day, rule.closes)
            while start < closes:
                tried = (self._slot(working, slug, start, done) for slug in self._order(offered))
                slot = next((one for one in tried if self._fits(one, start, closes, busy)), None)
                if slot is None:
                    start += timedelta(minutes=15)
                    continue
                slot.free = self._rng.random() >= share
                if slot.room is not None:
                    busy.setdefault(slot.room, []).append((slot.busy_start, slot.busy_end))
                yield slot
                start, done = slot.end, slot.busy_end

    def _order(self, offered: tuple[str, ...]) -> list[str]:
        """What to try at a time: one by chance, then what mostly fits."""
        weights = [_WEIGHTS.get(one, 1) for one in offered]
        first = self._rng.choices(offered, weights)[0]
        rest = [one for one in ("follow-up", "phone-visit") if one in offered and one != first]
        return [first, *rest]

    def _fits(self, slot: Slot, start: datetime, closes: datetime, busy: Busy) -> bool:
        """Whether it begins soon, ends in time, and has a room, which it is given."""
        rooms = self._rooms[slot.type.slug]
        slot.room = next((room for room in rooms if not _meets(slot, busy.get(room, []))), None)
        late = slot.start >= start + timedelta(minutes=15) and slot.type.slug != PROCEDURES
        return slot.end <= closes and not late and (slot.room is not None or not rooms)

    def _slot(self, working: Working, slug: str, start: datetime, done: datetime) -> Slot:
        kind = self._types[slug]
        before = timedelta(minutes=kind.buffer_before_minutes)
        after = timedelta(minutes=kind.buffer_after_minutes)
        grid = kind.grid_minutes * 60
        begins = max(start, done + before)
        begins += timedelta(seconds=-int(begins.timestamp()) % grid)
        ends = begins + timedelta(minutes=kind.duration_minutes)
        return Slot(working, None, kind, begins, ends, begins - before, ends + after, False)


def _meets(slot: Slot, spans: list[tuple[datetime, datetime]]) -> bool:
    return any(slot.busy_start < end and slot.busy_end > start for start, end in spans)
