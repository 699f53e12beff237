"""The day of a visit: arrived, called in, done, or not come at all, each about when it would be."""

from datetime import datetime, timedelta
from functools import partial

from scheduler.booking.models import Appointment
from scheduler.core.status import AppointmentStatus
from scheduler.demo.desk.tasks import Tasks
from scheduler.demo.visits.schedule import Slot
from scheduler.demo.visits.steps import Visits
from scheduler.demo.world import World

_S = AppointmentStatus
STEP = "staff/day/<slug:reference>/step/"
NEVER_EARLIER = timedelta(minutes=3)
A_BIT = timedelta(minutes=18)


class WaitingRoom:
    """A provider sees one at a time: who is behind at ten is behind at eleven."""

    def __init__(self, world: World, visits: Visits, tasks: Tasks) -> None:
        self._world = world
        self._visits = visits
        self._tasks = tasks
        self._free: dict[int, datetime] = {}
        self._one_is_late = False

    def fall_behind(self, provider: int, until: datetime) -> None:
        """A provider calls nobody in before an instant."""
        self._free[provider] = max(until, self._free.get(provider, until))

    def expect(self, visit: Appointment, slot: Slot, *, missed: bool) -> None:
        """Let a visit go its way on its day, if it is still at this time by then."""
        if missed:
            given_up = slot.start + timedelta(minutes=self._world.rng.randrange(25, 80))
            self._step(visit, slot, _S.NO_SHOW, given_up)
            return
        rng = self._world.rng
        late = rng.random() < 0.07
        minutes = -rng.randrange(2, 13) if late else rng.randrange(4, 24)
        self._world.later(
            slot.start - timedelta(minutes=minutes),
            partial(self._arrive, visit, slot),
            self._tasks.somebody(STEP),
        )

    def _arrive(self, visit: Appointment, slot: Slot) -> None:
        rng, world = self._world.rng, self._world
        if visit.starts_at != slot.start:
            return
        if not self._one_is_late and timedelta(minutes=2) < world.now - slot.start < A_BIT:
            # Of today's visits one is overdue by the clock, whenever that is.
            self._one_is_late = True
            return
        if not self._visits.mark(visit, _S.ARRIVED):
            return
        wait = timedelta(minutes=rng.choice((-1, 0, 1, 2, 3, 4, 6, 9)))
        called = max(
            world.clock + NEVER_EARLIER,
            slot.start + wait,
            self._free.get(visit.provider_id, world.clock),
        )
        done = called + (slot.end - slot.start) * rng.uniform(0.72, 1.02)
        self._free[visit.provider_id] = done + timedelta(minutes=1)
        self._step(visit, slot, _S.IN_ROOM, called)
        self._step(visit, slot, _S.COMPLETED, done)

    def _step(self, visit: Appointment, slot: Slot, to: AppointmentStatus, at: datetime) -> None:
        self._world.later(at, partial(self._take, visit, slot, to), self._tasks.somebody(STEP))

    def _take(self, visit: Appointment, slot: Slot, to: AppointmentStatus) -> None:
        if visit.starts_at == slot.start:
            self._visits.mark(visit, to)
