"""What needs a person, and when somebody at the desk gets round to it."""

from datetime import datetime, timedelta
from functools import partial

from scheduler.booking.models import Appointment
from scheduler.contact_requests.models import CallAttempt
from scheduler.demo.days import Days
from scheduler.demo.people.staff import Staff
from scheduler.demo.world import By, World
from scheduler.messaging.models import Message
from scheduler.replies.models import InboundText
from scheduler.worklist.models import StaffTask

MESSAGES = "staff/messages/task/<int:pk>/"
CALLS = "staff/calls/<slug:kind>/<int:pk>/log/"
# One in so many is only looked at the day after.
_LEFT_OVER = 4
# Somebody looks through these on the next day.
_ONCE_A_DAY = {StaffTask.Kind.MESSAGE, StaffTask.Kind.UNCERTAIN, StaffTask.Kind.CONFIGURATION}


class Tasks:
    def __init__(self, world: World, days: Days, staff: Staff) -> None:
        self._world = world
        self._days = days
        self._staff = staff

    def ask(
        self,
        kind: StaffTask.Kind,
        *,
        message: Message | None = None,
        visit: Appointment | None = None,
        inbound: InboundText | None = None,
        urgent: bool = False,
        note: str = "",
        handled: bool = True,
    ) -> StaffTask:
        """Ask a person to look; unless not `handled` here, somebody will, in their time."""
        world = self._world
        about = visit or (message.appointment if message else None)
        task = world.add(
            StaffTask(
                kind=kind,
                message_id=message.pk if message else None,
                appointment_id=about.pk if about else None,
                inbound_id=inbound.pk if inbound else None,
                urgent=urgent,
                note=note,
                created_at=world.clock,
            )
        )
        if handled:
            at = self.tomorrow() if kind in _ONCE_A_DAY else self.soon()
            world.later(at, partial(self.settle, task), self.somebody(MESSAGES))
        return task

    def call(self, kind: StaffTask.Kind, visit: Appointment, *, note: str = "") -> StaffTask:
        """Ask for a call about a visit, and let it be made."""
        task = self.ask(kind, visit=visit, urgent=True, note=note, handled=False)
        self._world.later(self.soon(), partial(self._reached, task), self.somebody(CALLS))
        return task

    def settle(self, task: StaffTask) -> None:
        if task.done_at is None:
            self._world.change(task, done_at=self._world.clock, done_by_id=self._world.user)

    def _reached(self, task: StaffTask) -> None:
        if task.done_at is not None:
            return
        self._world.add(
            CallAttempt(
                appointment_id=task.appointment_id,
                outcome=CallAttempt.Outcome.REACHED,
                by_id=self._world.user,
                at=self._world.clock,
            )
        )
        self.settle(task)

    def soon(self) -> datetime:
        """Within the next hours of work, mostly."""
        rng, world = self._world.rng, self._world
        at = world.clock + timedelta(minutes=rng.randrange(6, 150))
        if rng.randrange(_LEFT_OVER) == 0:
            at = self.tomorrow()
        return self._days.next_moment(at, rng)

    def tomorrow(self) -> datetime:
        """Some time of the next working day."""
        day = self._days.shifted(self._days.of(self._world.clock), 1)
        return self._days.in_office(day, self._world.rng)

    def somebody(self, route: str) -> By:
        """One of the front desk, at a page."""
        return By(self._world.rng.choice(self._staff.desk), route)
