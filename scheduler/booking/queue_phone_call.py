"""Who is to hear of a change and can be written to nowhere is called."""

from datetime import datetime

from scheduler.booking.models import Appointment
from scheduler.messaging.deliverable_addresses import deliverable_addresses
from scheduler.worklist.ask_staff import ask_staff
from scheduler.worklist.models import StaffTask

KIND = StaffTask.Kind.CALL_CHANGED
TO_CALL = "No text or mail can reach them: it is on the call list."


def queue_phone_call(appointment: Appointment, *, now: datetime) -> None:
    """Put a visit that staff have just changed on the call list, once, where its contact can't be
    written to; who was to be called already is called about the visit as it is now."""
    if appointment.starts_at <= now:
        return
    contact = appointment.contact
    if contact is not None and deliverable_addresses([contact])[contact.pk]:
        return
    if not is_to_be_called(appointment):
        ask_staff(KIND, appointment=appointment, urgent=True, now=now)


def is_to_be_called(appointment: Appointment) -> bool:
    """Whether a change of the visit waits to be told on the phone."""
    return StaffTask.objects.filter(kind=KIND, appointment=appointment, done_at=None).exists()
