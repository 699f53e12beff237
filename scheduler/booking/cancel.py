"""Call a visit off, or the calls that were arranged for a request."""

from datetime import datetime

from django.db import transaction

from scheduler.availability.visit_rules import load_visit_of
from scheduler.booking import late_changes
from scheduler.booking.may_change import why_not_cancel
from scheduler.booking.models import Appointment
from scheduler.booking.queue_phone_call import queue_phone_call
from scheduler.contact_requests.models import ContactRequest
from scheduler.core.status import EXPECTED, AppointmentStatus
from scheduler.messaging import plan
from scheduler.messaging.consent.agreed import agreed_for
from scheduler.transactions.row_locks import lock_row


def cancel(
    appointment_id: int,
    *,
    by: str,
    reason: str = "",
    tell: bool = True,
    now: datetime,
) -> Appointment:
    """Cancel the visit, withdraw what was planned and owe the notice; twice changes nothing.

    Staff may leave the notice out (`tell`), when the patient is on the phone.
    Raises VisitOver (a patient, after the start) and IllegalTransition.
    """
    with transaction.atomic():
        appointment = lock_row(Appointment.objects.all(), appointment_id)
        if appointment.status == AppointmentStatus.CANCELLED:
            return appointment
        if refusal := why_not_cancel(appointment, by=by, now=now):
            raise refusal
        appointment.status = AppointmentStatus.CANCELLED
        appointment.cancelled_at = now
        appointment.cancelled_by = by
        appointment.cancel_reason = reason
        appointment.sequence += 1
        appointment.version += 1
        told = agreed_for(appointment) if tell else []
        plan.withdraw(appointment, now=now)
        plan.owe(appointment, plan.CANCELLED, told, now=now, with_reminders=False)
        if tell and by == Appointment.Actor.STAFF:
            queue_phone_call(appointment, now=now)
        # The mark tells of this cancellation, whatever moved the visit before.
        appointment.changed_late = _is_late(appointment, by=by, now=now)
        if appointment.changed_late:
            late_changes.tell_staff(appointment, "Canceled late.", now=now)
        appointment.save()
        return appointment


def cancel_contact_appointments(request: ContactRequest, *, now: datetime) -> None:
    """Cancel the calls for the request that are still ahead, and say nothing: who withdrew it, or
    has a visit by now, expects none. The request is locked by the caller."""
    arranged = Appointment.objects.filter(
        contact_request=request,
        provider__call_desk=True,
        status__in=EXPECTED,
        starts_at__gt=now,
    )
    for call in arranged.values_list("pk", flat=True):
        cancel(call, by=Appointment.Actor.SYSTEM, tell=False, now=now)


def _is_late(appointment: Appointment, *, by: str, now: datetime) -> bool:
    if by != Appointment.Actor.PATIENT:
        return False
    visit = load_visit_of(appointment.visit_type_id)
    return late_changes.is_late(visit, appointment.starts_at, by=by, now=now)
