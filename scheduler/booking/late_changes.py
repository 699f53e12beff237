"""A patient's change under one business day ahead costs the clinic the slot: it is marked, staff
are told. What staff move or cancel is the clinic's own doing, and never marked."""

from collections.abc import Collection
from datetime import date, datetime

from scheduler.availability.visit_rules import Visit
from scheduler.booking.models import Appointment
from scheduler.clinic.closures import closed_days
from scheduler.core.business_days import late_from
from scheduler.worklist.models import StaffTask


def is_late(
    visit: Visit,
    start: datetime,
    *,
    by: str,
    closed: Collection[date] | None = None,
    now: datetime,
) -> bool:
    """Whether the patient changes it (`by`, an Actor) less than one business day before `start`, by
    the clinic's calendar; its `closed` days from now to then are read unless they are known."""
    if by != Appointment.Actor.PATIENT:
        return False
    if closed is None:
        closed = closed_days(visit.local_day(now), visit.local_day(start))
    limit = late_from(
        int(start.timestamp()),
        visit.tz,
        weekdays_mask=visit.business_days,
        closed_days=closed,
    )
    return now.timestamp() > limit


def tell_staff(appointment: Appointment, note: str, *, now: datetime) -> None:
    StaffTask.objects.create(
        kind=StaffTask.Kind.LATE_CHANGE,
        urgent=True,
        appointment=appointment,
        note=note,
        created_at=now,
    )
