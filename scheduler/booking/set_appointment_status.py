"""Follow a visit through the day: arrived, in the room, done, missed, and back again."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from scheduler.booking.holds.expire import past_lapsed_holds
from scheduler.booking.models import Appointment
from scheduler.booking.move import locks_where_it_stands
from scheduler.booking.refusals import NotItsDay, StaleVersion
from scheduler.booking.unless_taken import save_unless_taken
from scheduler.clinic.current import current_clinic
from scheduler.core import status
from scheduler.core.status import AppointmentStatus
from scheduler.transactions.locks import exclusive
from scheduler.transactions.row_locks import lock_row

_S = AppointmentStatus
# The steps of the day, each with the field that says when it was taken.
STEPS: Mapping[AppointmentStatus, str] = {
    _S.ARRIVED: "arrived_at",
    _S.IN_ROOM: "in_room_at",
    _S.COMPLETED: "completed_at",
    _S.NO_SHOW: "missed_at",
}
_LATER: Mapping[AppointmentStatus, tuple[str, ...]] = {
    _S.BOOKED: ("arrived_at", "in_room_at", "completed_at", "missed_at"),
    _S.ARRIVED: ("in_room_at", "completed_at", "missed_at"),
    _S.IN_ROOM: ("completed_at", "missed_at"),
    _S.COMPLETED: ("missed_at",),
    _S.NO_SHOW: ("in_room_at", "completed_at"),
}


def set_appointment_status(
    appointment_id: int, to: AppointmentStatus, *, version: int | None = None, now: datetime
) -> Appointment:
    """Take a step of the day, or take one back: `to` is arrived, in_room, completed, no_show, or
    booked (they had not arrived after all). Saying it twice changes nothing.

    A first arrival keeps its time when a later step is taken back. What is planned stays planned:
    it is asked again at the moment of sending whether the visit is still ahead.

    Raises StaleVersion, IllegalTransition, NotItsDay, and SlotTaken or PatientBusy where somebody
    has the place of who was thought to be missed.
    """
    before = Appointment.objects.only("status", "provider_id", "room_id", "patient_id").get(
        pk=appointment_id
    )

    def attempt() -> Appointment:
        with transaction.atomic():
            return _step(before, to, version=version, now=now)

    return past_lapsed_holds(attempt, now=now)


def _step(
    before: Appointment, to: AppointmentStatus, *, version: int | None, now: datetime
) -> Appointment:
    missed = before.status == _S.NO_SHOW
    if missed:
        # Somebody may have the place by now; who is expected still has theirs.
        exclusive(*locks_where_it_stands(before))
    appointment = lock_row(
        Appointment.objects.select_related("patient", "provider", "visit_type"), before.pk
    )
    if appointment.status == to:
        return appointment
    stale = version is not None and version != appointment.version
    if stale or missed != (appointment.status == _S.NO_SHOW):
        raise StaleVersion
    status.check(appointment.status, to)
    if to in STEPS and not is_on_its_day(appointment.starts_at, now=now):
        raise NotItsDay
    _note_time(appointment, to, now=now)
    appointment.status = to
    appointment.version += 1
    save_unless_taken(appointment)
    return appointment


def is_on_its_day(start: datetime, *, now: datetime) -> bool:
    """Whether the clinic's day on which a visit starts is today, or over."""
    if start <= now:
        return True
    zone = current_clinic().zone
    return start.astimezone(zone).date() <= now.astimezone(zone).date()


def _note_time(appointment: Appointment, to: AppointmentStatus, *, now: datetime) -> None:
    for field in _LATER[to]:
        setattr(appointment, field, None)
    step = STEPS.get(to)
    if step is not None and getattr(appointment, step) is None:
        setattr(appointment, step, now)
