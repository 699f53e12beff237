"""What must be at hand before a visit, asked for and received as the days go by."""

from datetime import datetime, timedelta
from functools import partial

from scheduler.booking.models import Appointment, ReadyItem
from scheduler.core.status import PATIENT_LIVE
from scheduler.demo.days import Days
from scheduler.demo.desk.tasks import Tasks
from scheduler.demo.world import World

READY = "staff/appointments/<slug:reference>/ready/"
_STATE = ReadyItem.State


class Readying:
    def __init__(self, world: World, days: Days, tasks: Tasks) -> None:
        self._world = world
        self._days = days
        self._tasks = tasks
        self._ticks: dict[tuple[int, str], ReadyItem] = {}

    def begin(self, visit: Appointment) -> None:
        """Each thing that the visit type needs is asked for; most come in time."""
        rng = self._world.rng
        for item in visit.visit_type.needs:
            if rng.random() < 0.08:
                continue
            first = _STATE.NOT_NEEDED if rng.random() < 0.06 else _STATE.ASKED
            asked = self._world.clock + timedelta(hours=rng.randrange(2, 30))
            self._tick(visit, item, first, asked)
            if first is _STATE.ASKED and rng.random() < 0.93:
                room = max(visit.starts_at - asked, timedelta(hours=4))
                here = asked + room * rng.uniform(0.15, 0.97)
                self._tick(visit, item, _STATE.RECEIVED, here)

    def _tick(self, visit: Appointment, item: str, state: str, at: datetime) -> None:
        at = self._days.next_moment(at, self._world.rng)
        self._world.later(at, partial(self._set, visit, item, state), self._tasks.somebody(READY))

    def _set(self, visit: Appointment, item: str, state: str) -> None:
        world = self._world
        if visit.status not in PATIENT_LIVE:
            return
        found = self._ticks.get((visit.pk, item))
        if found is None:
            self._ticks[visit.pk, item] = world.add(
                ReadyItem(
                    appointment_id=visit.pk,
                    item=item,
                    state=state,
                    by_id=world.user,
                    at=world.clock,
                )
            )
        else:
            world.change(found, state=state, by_id=world.user, at=world.clock)
