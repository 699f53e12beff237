"""Who comes when: patients return at the pace of their care, and some times change hands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from heapq import heappop, heappush
from itertools import count
from random import Random

from scheduler.demo.people.somebody import Somebody
from scheduler.demo.visits.providers import PROCEDURES
from scheduler.demo.visits.schedule import Slot

# Missed, by visit type: as with two reminders (follow-ups), and first visits after a call.
MISSED = {"new-patient": 0.2, "follow-up": 0.05, "phone-visit": 0.04, PROCEDURES: 0.02}
CALLED_OFF, TAKEN_AGAIN, MOVED, UNDONE = 0.07, 0.55, 0.08, 0.008
# How far ahead of its day a returning patient is fetched to fill a time.
_EARLY = 4
_GAPS_KEPT = 60


class Fate(StrEnum):
    KEPT = "kept"
    MISSED = "missed"
    CANCELLED = "cancelled"
    UNDONE = "undone"
    """Called off, and taken back at once."""


@dataclass(slots=True)
class Booking:
    """A visit as it will go, as far as its time comes. `before` is the time it was moved from;
    `after` the booking that had this slot and was called off before it was booked."""

    slot: Slot
    person: Somebody
    fate: Fate
    before: Slot | None = None
    after: "Booking | None" = None
    by_desk: bool = False
    since: date | None = None
    """The day of the person's visit before this one, at the end of which it may be booked."""


class Panel:
    """Those who are waiting for their next visit, and those who have not been here yet.

    `unused` are the times that nobody takes.
    """

    def __init__(
        self, rng: Random, known: list[Somebody], new: list[Somebody], first: date
    ) -> None:
        self._rng = rng
        self._new = new
        self._turn = count()
        self._due: list[tuple[date, int, Somebody]] = []
        self._last: dict[int, date] = {}
        self._ahead: dict[int, int] = {}
        self._gaps: list[Slot] = []
        self.unused: list[Slot] = []
        for person in known:
            self._wait(person, first + timedelta(days=rng.randrange(0, 32)))

    def fill(self, slots: list[Slot], day: date, today: date) -> Iterator[Booking]:
        """The bookings of one day's slots; days come in their order."""
        seen: set[int] = set()
        for slot in slots:
            never_taken = day > today or self._rng.random() > 0.16
            if slot.free and never_taken:
                self._gaps = [*self._gaps, slot][-_GAPS_KEPT:]
                self.unused.append(slot)
                continue
            # Whoever will call off in time to come is still expected: nobody is there to do it.
            before = self._called_off(slot, day, seen) if day <= today else None
            if slot.free or (before is not None and self._rng.random() > TAKEN_AGAIN):
                yield from filter(None, [before])
                continue
            person = self._fetch(slot, day, seen)
            if person is None:
                yield from filter(None, [before])
                continue
            booking = self._go(slot, person, day, today)
            booking.after = before
            yield booking

    def _called_off(self, slot: Slot, day: date, seen: set[int]) -> Booking | None:
        if not slot.free and self._rng.random() > CALLED_OFF:
            return None
        person = self._fetch(slot, day, seen)
        if person is None:
            return None
        booking = Booking(slot, person, Fate.CANCELLED, since=self._last.get(id(person)))
        self._wait(person, day + timedelta(days=self._rng.randrange(5, 18)))
        return booking

    def _go(self, slot: Slot, person: Somebody, day: date, today: date) -> Booking:
        rng = self._rng
        booking = Booking(slot, person, Fate.KEPT, since=self._last.get(id(person)))
        if rng.random() < MISSED[slot.type.slug]:
            booking.fate = Fate.MISSED
        elif rng.random() < UNDONE:
            booking.fate = Fate.UNDONE
        if rng.random() < MOVED and slot.type.slug != PROCEDURES:
            booking.before = self._gap_like(slot, day)
        if booking.fate is Fate.MISSED:
            if rng.random() < 0.85:
                self._wait(person, day + timedelta(days=rng.randrange(7, 25)))
            return booking
        self._last[id(person)] = day
        if day > today:
            self._ahead[id(person)] = self._ahead.get(id(person), 0) + 1
        if self._ahead.get(id(person), 0) < 2 and rng.random() > 0.01:
            self._wait(person, day + timedelta(days=self._pace(slot, ahead=day > today)))
        return booking

    def _pace(self, slot: Slot, *, ahead: bool) -> int:
        """Days to the next visit: soon after a first visit or a procedure, then every few weeks."""
        if slot.type.slug in {"new-patient", PROCEDURES}:
            return self._rng.randrange(14, 24)
        weeks = self._rng.choices((3, 4, 5, 6), (5, 5, 3, 2))[0]
        return weeks * 7 + self._rng.randrange(-2, 4) + 14 * ahead

    def _fetch(self, slot: Slot, day: date, seen: set[int]) -> Somebody | None:
        if slot.type.slug == "new-patient":
            return self._new.pop() if self._new else None
        passed = []
        found = None
        while self._due and self._due[0][0] <= day + timedelta(days=_EARLY):
            due, turn, person = heappop(self._due)
            fits = id(person) not in seen and (person.phone or not slot.type.by_phone)
            if fits and (due - day).days <= _EARLY:
                found = person
                break
            passed.append((due, turn, person))
        for one in passed:
            heappush(self._due, one)
        if found is not None:
            seen.add(id(found))
        return found

    def _wait(self, person: Somebody, until: date) -> None:
        heappush(self._due, (until, next(self._turn), person))

    def _gap_like(self, slot: Slot, day: date) -> Slot | None:
        """A time of the days before that stayed free and would have done."""
        for gap in self._gaps:
            if (
                gap.type is slot.type
                and gap.working is slot.working
                and 2 <= (day - gap.start.date()).days <= 14
            ):
                self._gaps.remove(gap)
                self.unused.remove(gap)
                return gap
        return None
