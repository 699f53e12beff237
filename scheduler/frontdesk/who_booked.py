"""Who booked a visit, and when, as the audit log has it."""

from django.contrib.auth.models import User

from scheduler.booking.models import Appointment


def who_booked(appointment: Appointment) -> str:
    """The name of who on the staff it was; "" where it was the patient, or the product."""
    events = Appointment.pgh_event_model.objects.filter(  # type: ignore[attr-defined]
        pgh_obj_id=appointment.pk, pgh_label="insert"
    )
    metadata = events.values_list("pgh_context__metadata", flat=True).first() or {}
    user = User.objects.filter(pk=metadata.get("user") or 0).first()
    return (user.get_full_name() or user.get_username()) if user else ""
