"""Which condition an appointment's information link leads to, and where its page is."""

from django.conf import settings

from scheduler.booking.models import Appointment
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Condition


def condition_of(appointment: Appointment) -> Condition | None:
    """The visit's own condition, else its type's, else the clinic's default; None without any."""
    return (
        appointment.condition
        or appointment.visit_type.condition
        or current_clinic("default_condition").default_condition
    )


def condition_url(condition: Condition) -> str:
    """The public address of the page: ours, or the external one that stands in for it."""
    return condition.external_url or f"{settings.PUBLIC_URL}/conditions/{condition.slug}/"
