"""Keep a new time for a visit that the clinic will have to call off."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from scheduler.availability.load_schedule import load_schedule
from scheduler.availability.schedule import Schedule
from scheduler.availability.visit_rules import UnknownVisitType, load_visit
from scheduler.booking.models import Appointment
from scheduler.booking.slot_assignment import insert_unless_taken
from scheduler.clinic.closures import ONE_DAY, closed_days
from scheduler.clinic.models import Clinic
from scheduler.core.business_days import add_business_days
from scheduler.core.status import PATIENT_LIVE, AppointmentStatus
from scheduler.links import tokens

NOON = time(12)
ANSWER_WITHIN_BUSINESS_DAYS = 2
# A time that must be answered sooner than this is not worth the offer.
TIME_TO_ANSWER = timedelta(hours=3)
LOOK_AHEAD = 60 * ONE_DAY
SEARCHED = 42 * ONE_DAY
ATTEMPTS = 20


def answer_until(clinic: Clinic, *, asked_at: datetime) -> datetime:
    """Noon, by the clinic's clock, of the second business day after the question."""
    today = asked_at.astimezone(clinic.zone).date()
    day = add_business_days(
        today,
        ANSWER_WITHIN_BUSINESS_DAYS,
        weekdays_mask=clinic.business_days,
        closed_days=closed_days(today, today + LOOK_AHEAD),
    )
    return datetime.combine(day, NOON, clinic.zone)


def held_until(start: datetime, cutoff: timedelta, until: datetime) -> datetime:
    """Until when a new time is kept: `until`, or as long before it as a patient may still move."""
    return min(until, start - cutoff)


def hold_replacement(
    appointment: Appointment, after: date, *, asked_at: datetime, until: datetime, now: datetime
) -> Appointment | None:
    """Hold the soonest time after a local day for the same visit: with the same provider if there
    is any in the next six weeks, else with anyone. None where there is no time.

    The row is `held`, by staff, its patient known. Call it with the hours locked.
    """
    try:
        visit = load_visit(appointment.visit_type.slug, staff=True).for_staff(on_its_grid=True)
    except UnknownVisitType:
        return None
    schedule = load_schedule(visit, after + ONE_DAY, after + SEARCHED, now=now)
    busy = _busy(appointment)
    tried = 0
    for start, owner in _starts(schedule, appointment.provider_id):
        meets = any(begin < visit.ends(start) and end > start for begin, end in busy)
        keep_until = held_until(start, visit.move_cutoff, until)
        if meets or keep_until < asked_at + TIME_TO_ANSWER:
            continue
        held = _held(appointment, schedule, start, owner, now=now)
        held.hold_expires_at = keep_until
        if insert_unless_taken(held):
            return held
        tried += 1
        if tried == ATTEMPTS:
            break
    return None


def _starts(schedule: Schedule, preferred_provider: int) -> Iterator[tuple[datetime, int]]:
    """The free starts, soonest first, with the ids of who is free then."""
    own = schedule.free_starts.get(preferred_provider)
    free = {preferred_provider: own} if own else schedule.free_starts
    slots = [(at, schedule.slugs[owner], owner) for owner, starts in free.items() for at in starts]
    for at, _slug, owner in sorted(slots):
        yield datetime.fromtimestamp(at, schedule.visit.tz), owner


def _busy(appointment: Appointment) -> list[tuple[datetime, datetime]]:
    """When the patient is here for something else: no time to offer."""
    others = Appointment.objects.filter(
        patient=appointment.patient, status__in=PATIENT_LIVE
    ).exclude(pk=appointment.pk)
    return list(others.values_list("starts_at", "ends_at"))


def _held(
    appointment: Appointment, schedule: Schedule, start: datetime, owner: int, *, now: datetime
) -> Appointment:
    visit = schedule.visit
    busy_start, busy_end = visit.busy(start)
    return Appointment(
        reference=tokens.new_reference(),
        visit_type_id=visit.id,
        provider_id=owner,
        room_id=schedule.room_for(owner, int(start.timestamp())),
        condition_id=appointment.condition_id,
        patient_id=appointment.patient_id,
        contact_id=appointment.contact_id,
        status=AppointmentStatus.HELD,
        starts_at=start,
        ends_at=visit.ends(start),
        busy_start=busy_start,
        busy_end=busy_end,
        language=appointment.language,
        created_by=Appointment.Actor.STAFF,
        created_at=now,
    )
