"""Nobody is called any more: the calls that were arranged for a request are off."""

from datetime import datetime

from scheduler.booking.cancel import cancel
from scheduler.booking.models import Appointment
from scheduler.contact_requests.models import ContactRequest
from scheduler.core.status import AppointmentStatus


def cancel_contact_appointments(request: ContactRequest, *, now: datetime) -> None:
    """Cancel the calls for the request that are still ahead, and say nothing: who withdrew it, or
    has a visit by now, expects none. The request is locked by the caller."""
    arranged = Appointment.objects.filter(
        contact_request=request,
        provider__call_desk=True,
        status__in=(AppointmentStatus.BOOKED, AppointmentStatus.CONFIRMED),
        starts_at__gt=now,
    )
    for call in arranged.values_list("pk", flat=True):
        cancel(call, by=Appointment.Actor.SYSTEM, tell=False, now=now)
