"""Let go of a hold: its slot is free again."""

from scheduler.booking.models import Appointment
from scheduler.core.status import AppointmentStatus


def release_hold(appointment_id: int | None) -> None:
    """Let go of a hold, if it is one still; for who owns it. Its code finds nothing any more."""
    Appointment.objects.filter(pk=appointment_id or 0, status=AppointmentStatus.HELD).update(
        status=AppointmentStatus.EXPIRED, held_details=None
    )
