"""Who may book what: one rule each, whichever way the booking comes."""

from datetime import date, datetime

from scheduler.availability.schedule import Schedule
from scheduler.availability.visit_rules import Visit
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import (
    AlreadyBooked,
    PhoneNeeded,
    TooManyHolds,
    UnderAge,
    UnknownCondition,
)
from scheduler.clinic.models import Condition
from scheduler.core.status import PATIENT_LIVE
from scheduler.patients.models import Patient

# Of a day's opening time, holds may keep a fifth; two are allowed on the shortest day.
HELD_SHARE = 5
HOLDS_ALWAYS_ALLOWED = 2
ADULT_YEARS = 18


def condition_of(slug: str | None) -> Condition | None:
    """The published condition of this slug, if one is named. Raises UnknownCondition."""
    if slug is None:
        return None
    condition = Condition.objects.filter(slug=slug, published=True).first()
    if condition is None:
        raise UnknownCondition(slug)
    return condition


def refuse_minor(born: date | None, day: date) -> None:
    """Raises UnderAge where who was born then is under 18 on the day of the visit."""
    if born and _years(born, day) < ADULT_YEARS:
        raise UnderAge


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def refuse_without_number(visit: Visit, phone: object) -> None:
    """Raises PhoneNeeded where the visit is a call and there is no number to call."""
    if visit.by_phone and not phone:
        raise PhoneNeeded


def refuse_second_visit(patient: Patient, visit_type: int, *, now: datetime) -> None:
    """Raises AlreadyBooked where the patient has an upcoming visit of this type."""
    upcoming = Appointment.objects.filter(
        patient=patient, visit_type=visit_type, status__in=PATIENT_LIVE, starts_at__gt=now
    )
    if upcoming.exists():
        raise AlreadyBooked


def refuse_too_many_holds(schedule: Schedule, day: date) -> None:
    """Raises TooManyHolds where unfinished bookings and this keep over a fifth of the day."""
    held = [b.seconds for b in schedule.booked if b.held and b.day == day]
    opening = sum(end - start for c in schedule.columns.values() for (start, end), _ in c.opens)
    wanted = sum(held) + schedule.visit.shape.duration
    if len(held) >= HOLDS_ALWAYS_ALLOWED and wanted * HELD_SHARE > opening:
        raise TooManyHolds
