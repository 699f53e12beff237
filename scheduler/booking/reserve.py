"""Take a free time for somebody: the rules, the place and the row, whoever asks and however.

What `book` and `hold_for_call` share. Everything here but `booking_rules` runs in the caller's
transaction: first `lock_slot`, before any row is locked, then `insert_appointment`.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError

from scheduler.availability.load_schedule import UnknownProvider
from scheduler.availability.visit_rules import Visit, load_visit
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import (
    PatientBusy,
    PhoneNeeded,
    SlotTaken,
    TooManyHolds,
    UnderAge,
    UnknownCondition,
)
from scheduler.booking.slot_assignment import (
    SlotAssignment,
    assign_slot,
    insert_unless_taken,
    lock_for_booking,
    nearest,
    providers_of,
)
from scheduler.clinic.models import Condition
from scheduler.core.status import PATIENT_LIVE, AppointmentStatus
from scheduler.links import tokens
from scheduler.patients.models import Contact, Patient
from scheduler.patients.person import Person

# Of a day's opening time, holds may keep a fifth; two are allowed on the shortest day.
HELD_SHARE = 5
HOLDS_ALWAYS_ALLOWED = 2
ADULT_YEARS = 18
ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRequest:
    """What is asked for. `start` is aware; `network` tells callers' networks apart.

    `overbook_reason`, from staff only, puts the visit on top of others where there is no other way.
    """

    visit_type: str
    start: datetime
    person: Person
    provider: str | None = None
    condition: str | None = None
    network: str = ""
    overbook_reason: str = ""


def booking_rules(wanted: BookingRequest, *, staff: bool = False) -> tuple[Visit, Condition | None]:
    """The visit's rules, which are wider for staff, and the condition.

    Raises UnknownVisitType, UnknownCondition and, unless staff book, UnderAge and PhoneNeeded:
    staff may have the number from the patient they found.
    """
    visit = load_visit(wanted.visit_type, staff=staff)
    if staff:
        visit = visit.for_staff()
    else:
        refuse_minor(wanted.person.date_of_birth, visit.local_day(wanted.start))
        refuse_without_number(visit, wanted.person.phone)
    if wanted.condition is None:
        return visit, None
    condition = Condition.objects.filter(slug=wanted.condition, published=True).first()
    if condition is None:
        raise UnknownCondition(wanted.condition)
    return visit, condition


def refuse_without_number(visit: Visit, phone: object) -> None:
    """Raises PhoneNeeded where the visit is a call and there is no number to call."""
    if visit.by_phone and not phone:
        raise PhoneNeeded


def refuse_minor(born: date | None, day: date) -> None:
    """Raises UnderAge where who was born then is under 18 on the day of the visit."""
    if born and _years(born, day) < ADULT_YEARS:
        raise UnderAge


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def lock_slot(visit: Visit, wanted: BookingRequest) -> None:
    """Keep still what a booking of this time looks at. Raises UnknownProvider."""
    providers = providers_of(visit, wanted.provider)
    if wanted.provider is not None and not providers:
        raise UnknownProvider(wanted.provider)
    lock_for_booking(visit, providers, wanted.start)


def insert_appointment(
    visit: Visit,
    wanted: BookingRequest,
    condition: Condition | None,
    *,
    now: datetime,
    status: AppointmentStatus,
    patient: Patient | None = None,
    contact: Contact | None = None,
    **fields: object,
) -> Appointment:
    """Write the row at the first place that is free, under the locks of `lock_slot`.

    Raises UnknownProvider, NotOffered, TooManyHolds, PatientBusy, and SlotTaken without
    alternatives.
    """
    for _ in range(ATTEMPTS):
        place = assign_slot(
            visit,
            wanted.start,
            provider=wanted.provider,
            now=now,
            overbook=bool(wanted.overbook_reason),
        )
        if status == AppointmentStatus.HELD:
            _refuse_too_many_holds(place, visit.local_day(wanted.start))
        busy_start, busy_end = visit.busy(wanted.start)
        appointment = Appointment(
            reference=tokens.new_reference(),
            visit_type_id=visit.id,
            provider_id=place.provider,
            room_id=place.room,
            condition=condition,
            patient=patient,
            contact=contact,
            status=status,
            starts_at=wanted.start,
            ends_at=visit.ends(wanted.start),
            busy_start=busy_start,
            busy_end=busy_end,
            language=wanted.person.language,
            interpreter=wanted.person.interpreter,
            overbook_reason=wanted.overbook_reason if place.overbooked else None,
            created_at=now,
            **fields,
        )
        if insert_unless_taken(appointment):
            return appointment
        if patient is not None:
            refuse_overlap(patient, appointment)
    raise SlotTaken([])


def save_unless_taken(appointment: Appointment) -> None:
    """Save a visit that moves or comes back to life.

    Raises SlotTaken (without alternatives) or PatientBusy where a constraint stands against it: a
    booking of another provider, or by another contact of the patient, shares no lock with us.
    """
    try:
        appointment.save()
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        constraint = diagnosis.constraint_name if diagnosis else None
        if constraint == "appointment_patient_overlap":
            raise PatientBusy from None
        if constraint in {"appointment_provider_overlap", "appointment_room_overlap"}:
            raise SlotTaken([]) from None
        raise


def refuse_overlap(patient: Patient, appointment: Appointment) -> None:
    """Raises PatientBusy where the patient has another visit at the appointment's time."""
    others = Appointment.objects.filter(
        patient=patient,
        status__in=PATIENT_LIVE,
        starts_at__lt=appointment.ends_at,
        ends_at__gt=appointment.starts_at,
    ).exclude(pk=appointment.pk)
    if others.exists():
        raise PatientBusy


def _refuse_too_many_holds(place: SlotAssignment, day: date) -> None:
    schedule = place.schedule
    held = [b.seconds for b in schedule.booked if b.held and b.day == day]
    opening = sum(end - start for c in schedule.columns.values() for (start, end), _ in c.opens)
    wanted = sum(held) + schedule.visit.shape.duration
    if len(held) >= HOLDS_ALWAYS_ALLOWED and wanted * HELD_SHARE > opening:
        raise TooManyHolds


def with_alternatives(visit: Visit, wanted: BookingRequest, *, now: datetime) -> SlotTaken:
    """The same error with the nearest free times; looked for outside the transaction."""
    return SlotTaken(nearest(visit, wanted.start, provider=wanted.provider, now=now))
