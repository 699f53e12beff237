"""Whom to call before their visit: new patients who have not said that they will come."""

from datetime import datetime, time, timedelta

from django.db.models import QuerySet

from scheduler.booking.models import Appointment
from scheduler.clinic.closures import closed_days
from scheduler.clinic.current import current_clinic
from scheduler.clinic.local_days import midnight
from scheduler.clinic.models import Clinic, VisitType
from scheduler.core.business_days import add_business_days, is_business_day
from scheduler.core.status import AppointmentStatus

CALL_FROM = time(13)
LOOK_AROUND = timedelta(days=30)


def unconfirmed_new_visits(*, now: datetime) -> QuerySet[Appointment]:
    """First visits still ahead that nobody confirmed, the earliest first.

    Each is on the list from 13:00 (the clinic's time) of the last business day before it.
    """
    visits = Appointment.objects.filter(
        status=AppointmentStatus.BOOKED,
        visit_type__audience=VisitType.Audience.NEW,
        provider__call_desk=False,
        starts_at__gt=now,
        starts_at__lt=_listed_until(current_clinic(), now),
    )
    return visits.select_related("visit_type", "provider", "patient", "contact").order_by(
        "starts_at", "pk"
    )


def _listed_until(clinic: Clinic, now: datetime) -> datetime:
    """The end of the business day after the last 13:00 that a business day has had."""
    local = now.astimezone(clinic.zone)
    closed = closed_days(local.date() - LOOK_AROUND, local.date() + LOOK_AROUND)
    begun = local.date()
    if local.time() < CALL_FROM or not is_business_day(begun, clinic.business_days, closed):
        begun = add_business_days(begun, -1, weekdays_mask=clinic.business_days, closed_days=closed)
    last = add_business_days(begun, 1, weekdays_mask=clinic.business_days, closed_days=closed)
    return midnight(last + timedelta(days=1), clinic.zone)
