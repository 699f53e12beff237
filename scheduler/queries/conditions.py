"""Which condition an appointment's information link leads to, and where its page is."""

from django.conf import settings

from scheduler.models import Appointment, Clinic, Condition


def condition_of(appointment: Appointment) -> Condition | None:
    """The visit's own condition, else its type's, else the clinic's default; None without any."""
    return (
        appointment.condition
        or appointment.visit_type.condition
        or Clinic.objects.select_related("default_condition").get().default_condition
    )


def condition_url(condition: Condition) -> str:
    """The public address of the page: ours, or the external one that stands in for it."""
    return condition.external_url or f"{settings.PUBLIC_URL}/conditions/{condition.slug}/"
