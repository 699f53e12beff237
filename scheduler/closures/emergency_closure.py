"""The clinic has to close on a day: first a plan for each of its visits.

Until `send_closed_day` the plan only keeps times: the visits stand, and nobody was told.
"""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import QuerySet

from scheduler.booking.holds.expire import expire_holds
from scheduler.booking.holds.hold_replacement import SEARCHED, answer_until, hold_replacement
from scheduler.booking.holds.release_hold import release_hold
from scheduler.booking.models import Appointment
from scheduler.clinic.closures import ONE_DAY
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Clinic, TimeOff
from scheduler.closures.models import EmergencyClosure, RescheduleOffer
from scheduler.closures.time_off import lock_hours
from scheduler.core.quiet_hours import Clock, next_suiting
from scheduler.core.refusal import Audience, Refusal
from scheduler.core.status import EXPECTED, AppointmentStatus
from scheduler.messaging.recipient_clocks import NEWS_FROM, QUIET_FROM
from scheduler.transactions.row_locks import lock_row

FARTHEST = timedelta(days=14)
OPEN = (RescheduleOffer.Status.PLANNED, RescheduleOffer.Status.SENT)
MIDNIGHT = time(0)


class WrongDay(Refusal):
    """The day is over, or more than two weeks ahead."""

    code = "wrong-day"
    status = 422
    field = "day"
    met_by = Audience.STAFF


class AlreadyPlanned(Exception):
    """There is a plan for that day."""

    def __init__(self, emergency_closure: EmergencyClosure) -> None:
        super().__init__(f"{emergency_closure} is planned")
        self.emergency_closure = emergency_closure


class AlreadySent(Refusal):
    """The patients were told: the plan can't be changed any more."""

    code = "already-sent"
    met_by = Audience.STAFF


def plan_emergency_closure(day: date, reason: str, *, by: int, now: datetime) -> EmergencyClosure:
    """Close the clinic on a local day, and keep a new time for each of its visits, the first first.

    `by` is the id of the user who closes. Times that somebody was just choosing on that day are
    let go. Raises WrongDay and AlreadyPlanned; then nothing is written.
    """
    clinic = current_clinic()
    today = now.astimezone(clinic.zone).date()
    if not today <= day <= today + FARTHEST:
        raise WrongDay
    begins, ends = span_of(day, clinic)
    expire_holds(begins, ends + SEARCHED, now=now)
    with transaction.atomic():
        lock_hours(None)
        earlier = EmergencyClosure.objects.filter(day=day).first()
        if earlier is not None:
            raise AlreadyPlanned(earlier)
        emergency_closure = EmergencyClosure.objects.create(
            day=day, reason=reason, created_by_id=by, created_at=now
        )
        TimeOff.objects.create(first_day=day, last_day=day, reason=reason)
        _let_go_of_holds(begins, ends, clinic, now=now)
        for appointment in visits_of(emergency_closure, clinic):
            _drop_earlier_offer(appointment)
            offer = RescheduleOffer(
                emergency_closure=emergency_closure,
                appointment=appointment,
                expires_at=now,
                created_at=now,
            )
            _propose(offer, clinic, now=now)
            offer.save()
    return emergency_closure


def change_offer(offer_id: int, *, propose: bool, now: datetime) -> RescheduleOffer:
    """Keep a new time for the visit (`propose`), or none: it is just called off.

    Without any free time left it stays without one. Raises AlreadySent.
    """
    with transaction.atomic():
        lock_hours(None)
        offer = lock_row(
            RescheduleOffer.objects.select_related("appointment__visit_type", "emergency_closure"),
            offer_id,
        )
        if offer.status != RescheduleOffer.Status.PLANNED:
            raise AlreadySent
        release_hold(offer.held_id)
        offer.held = None
        clinic = current_clinic()
        if propose:
            _propose(offer, clinic, now=now)
        offer.save()
    return offer


def drop_emergency_closure(emergency_closure_id: int) -> None:
    """Open the day again and let go of the times that were kept. Raises AlreadySent."""
    with transaction.atomic():
        lock_hours(None)
        emergency_closure = lock_row(EmergencyClosure.objects.all(), emergency_closure_id)
        if emergency_closure.sent_at is not None:
            raise AlreadySent
        for offer in emergency_closure.offers.all():
            release_hold(offer.held_id)
        time_off_of(emergency_closure).delete()
        emergency_closure.delete()


def time_off_of(emergency_closure: EmergencyClosure) -> QuerySet[TimeOff]:
    return TimeOff.objects.filter(
        provider=None,
        room=None,
        first_day=emergency_closure.day,
        last_day=emergency_closure.day,
        starts=None,
        reason=emergency_closure.reason,
    )


def visits_of(emergency_closure: EmergencyClosure, clinic: Clinic) -> list[Appointment]:
    """What would be called off that day: nobody who is here already."""
    begins, ends = span_of(emergency_closure.day, clinic)
    return list(
        Appointment.objects.filter(status__in=EXPECTED, starts_at__gte=begins, starts_at__lt=ends)
        .select_related("visit_type", "patient")
        .order_by("starts_at", "pk")
    )


def span_of(day: date, clinic: Clinic) -> tuple[datetime, datetime]:
    """The local day's two midnights."""
    return (
        datetime.combine(day, MIDNIGHT, clinic.zone),
        datetime.combine(day + ONE_DAY, MIDNIGHT, clinic.zone),
    )


def news_at(clinic: Clinic, *, now: datetime) -> datetime:
    """When news of a closing may leave at the soonest: at once between 6:00 and 21:00."""
    hours = Clock(clinic.zone, NEWS_FROM, QUIET_FROM)
    at = next_suiting(int(now.timestamp()), [hours])
    return max(now, datetime.fromtimestamp(at, clinic.zone))


def _propose(offer: RescheduleOffer, clinic: Clinic, *, now: datetime) -> None:
    """Give the offer a kept time where there is one, and the moment that it ends."""
    asked_at = news_at(clinic, now=now)
    until = answer_until(clinic, asked_at=asked_at)
    after = (
        offer.emergency_closure.day
        if offer.emergency_closure
        else asked_at.astimezone(clinic.zone).date()
    )
    offer.held = hold_replacement(offer.appointment, after, asked_at=asked_at, until=until, now=now)
    kept = offer.held.hold_expires_at if offer.held else None
    offer.expires_at = kept or until


def _drop_earlier_offer(appointment: Appointment) -> None:
    """A visit that was moved here from another day to be closed has an offer of then, of which
    nobody was told; its time is let go."""
    planned = RescheduleOffer.Status.PLANNED
    for offer in RescheduleOffer.objects.filter(appointment=appointment, status=planned):
        release_hold(offer.held_id)
        offer.delete()


def _let_go_of_holds(begins: datetime, ends: datetime, clinic: Clinic, *, now: datetime) -> None:
    """Nobody books a time of the closed day with a code that is still on its way; and what is kept
    there for an earlier closing is kept at another time."""
    held = Appointment.objects.filter(
        status=AppointmentStatus.HELD, starts_at__gte=begins, starts_at__lt=ends
    )
    for appointment in held.order_by("pk"):
        release_hold(appointment.pk)
    waiting = RescheduleOffer.objects.filter(
        status__in=OPEN, held__starts_at__gte=begins, held__starts_at__lt=ends
    ).select_related("appointment__visit_type", "emergency_closure")
    for offer in waiting.order_by("pk"):
        _propose(offer, clinic, now=now)
        offer.save()
