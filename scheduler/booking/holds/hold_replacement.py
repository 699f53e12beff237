"""Keep a new time for a visit that the clinic will have to call off."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from scheduler.availability.load_schedule import load_schedule
from scheduler.availability.schedule import Schedule
from scheduler.availability.visit_rules import UnknownVisitType, Visit, load_visit
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import SlotTaken
from scheduler.booking.reserve import BookingRequest, Draft, Policy, Rules, take
from scheduler.clinic.closures import ONE_DAY, closed_days
from scheduler.clinic.models import Clinic
from scheduler.core.business_days import add_business_days
from scheduler.core.status import PATIENT_LIVE, AppointmentStatus
from scheduler.patients.person import Person

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


@dataclass(frozen=True)
class Replacement(Policy):
    """Keep the slot, by staff, for the patient of a visit that will be called off.

    Nobody sees the row itself: the offer that is made of it has a page of its own.
    """

    appointment: Appointment
    until: datetime

    staff = True
    has_links = False

    def draft(self, visit: Visit, *, now: datetime) -> Draft:
        return Draft(
            status=AppointmentStatus.HELD,
            patient=self.appointment.patient,
            contact=self.appointment.contact,
            fields={
                "condition_id": self.appointment.condition_id,
                "created_by": Appointment.Actor.STAFF,
                "hold_expires_at": self.until,
            },
        )


def hold_replacement(
    appointment: Appointment, after: date, *, asked_at: datetime, until: datetime, now: datetime
) -> Appointment | None:
    """Hold the soonest time after a local day for the same visit: with the same provider if there
    is any in the next six weeks, else with anyone. None where there is no time.

    Call it with the hours locked and lapsed holds out of the way.
    """
    try:
        visit = load_visit(appointment.visit_type.slug, staff=True).for_staff(on_its_grid=True)
    except UnknownVisitType:
        return None
    rules = Rules(visit=visit, offered=visit, condition=None)
    schedule = load_schedule(visit, after + ONE_DAY, after + SEARCHED, now=now)
    busy = _busy(appointment)
    tried = 0
    for start, owner in _starts(schedule, appointment.provider_id):
        meets = any(begin < visit.ends(start) and end > start for begin, end in busy)
        keep_until = held_until(start, visit.move_cutoff, until)
        if meets or keep_until < asked_at + TIME_TO_ANSWER:
            continue
        request = _request(appointment, start, schedule.slugs[owner])
        try:
            return take(Replacement(request, appointment, keep_until), rules, now=now)
        except SlotTaken:
            tried += 1
        if tried == ATTEMPTS:
            break
    return None


def _request(appointment: Appointment, start: datetime, provider: str) -> BookingRequest:
    """The same visit at another time, as if it were asked for anew."""
    return BookingRequest(
        visit_type=appointment.visit_type.slug,
        start=start,
        provider=provider,
        person=Person(
            name=appointment.patient.name if appointment.patient else "",
            language=appointment.language,
        ),
    )


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
