"""A visit's row before anything has become of it."""

from scheduler.booking.models import Appointment
from scheduler.core.status import AppointmentStatus
from scheduler.demo.people.somebody import Somebody
from scheduler.demo.visits.schedule import Slot
from scheduler.demo.world import World

_S = AppointmentStatus


class VisitRows:
    """Makes rows for slots; it saves none."""

    def __init__(self, world: World) -> None:
        self._world = world

    def row_for(self, slot: Slot, like: Appointment) -> Appointment:
        """A held time for the visit that a closing called off."""
        visit = self._of_slot(slot)
        visit.patient, visit.contact, visit.language = like.patient, like.contact, like.language
        visit.status, visit.created_by = _S.HELD, "staff"
        return visit

    def _row(self, slot: Slot, person: Somebody, state: AppointmentStatus, by: str) -> Appointment:
        visit = self._of_slot(slot)
        visit.status, visit.created_by = state, by
        visit.language, visit.interpreter = person.language, person.interpreter
        return visit

    def _of_slot(self, slot: Slot) -> Appointment:
        return Appointment(
            pk=self._world.new_id(Appointment),
            reference=self._world.new_reference(),
            visit_type=slot.type,
            provider=slot.working.row,
            room_id=slot.room,
            starts_at=slot.start,
            ends_at=slot.end,
            busy_start=slot.busy_start,
            busy_end=slot.busy_end,
            created_at=self._world.clock,
        )
