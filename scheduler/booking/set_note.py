"""Write down what staff should know about one visit."""

from django.db import transaction

from scheduler.booking.models import Appointment
from scheduler.booking.refusals import StaleVersion
from scheduler.transactions.row_locks import lock_row


def set_note(appointment_id: int, note: str, *, version: int | None = None) -> Appointment:
    """Replace the note; patients never see it. Raises StaleVersion."""
    with transaction.atomic():
        appointment = lock_row(Appointment.objects.all(), appointment_id)
        if appointment.note == note:
            return appointment
        if version is not None and version != appointment.version:
            raise StaleVersion
        appointment.note = note
        appointment.version += 1
        appointment.save(update_fields=["note", "version"])
        return appointment
