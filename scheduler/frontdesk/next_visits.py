"""When somebody is expected next."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Min, QuerySet

from scheduler.booking.models import Appointment
from scheduler.core.status import PATIENT_LIVE


def next_visits(
    visits: QuerySet[Appointment], patients: Collection[int], *, now: datetime
) -> dict[int, datetime]:
    """Patient id to the start of their next visit; who has none is left out."""
    coming = visits.filter(patient__in=patients, status__in=PATIENT_LIVE, starts_at__gte=now)
    starts = coming.values("patient").annotate(start=Min("starts_at"))
    return dict(starts.values_list("patient", "start"))
