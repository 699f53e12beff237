"""The patient says they will come."""

from datetime import datetime

from django.db import transaction

from scheduler.booking.may_change import why_not_confirm
from scheduler.booking.models import Appointment
from scheduler.core.status import AppointmentStatus
from scheduler.transactions.row_locks import lock_row


def confirm(
    appointment_id: int, *, via: str = Appointment.ConfirmedVia.LINK, now: datetime
) -> Appointment:
    """Mark a booked visit confirmed; saying it twice changes nothing.

    `via` is an Appointment.ConfirmedVia. Raises VisitOver and IllegalTransition (canceled, held,
    already here).
    """
    with transaction.atomic():
        return confirm_inside(appointment_id, via=via, now=now)


def confirm_inside(appointment_id: int, *, via: str, now: datetime) -> Appointment:
    """The same in the caller's transaction; nothing is written before it raises."""
    appointment = lock_row(Appointment.objects.all(), appointment_id)
    if appointment.status == AppointmentStatus.CONFIRMED:
        return appointment
    if refusal := why_not_confirm(appointment, now=now):
        raise refusal
    appointment.status = AppointmentStatus.CONFIRMED
    appointment.confirmed_at = now
    appointment.confirmed_via = via
    appointment.version += 1
    appointment.save(update_fields=["status", "confirmed_at", "confirmed_via", "version"])
    return appointment
