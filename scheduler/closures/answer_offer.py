"""What a patient makes of the new time they were offered: take it, choose another, or neither."""

from datetime import datetime

from django.db import transaction

from scheduler.availability.visit_rules import load_visit
from scheduler.booking.holds.expire import expire_holds
from scheduler.booking.holds.release_hold import release_hold
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import SlotTaken
from scheduler.booking.reschedule import keep_links, locks_of_move, place_at
from scheduler.booking.reserve import refuse_overlap, save_unless_taken
from scheduler.booking.slot_assignment import nearest
from scheduler.booking.withdraw_offers import ANSWERABLE, close_offer
from scheduler.closures.models import RescheduleOffer
from scheduler.core import status
from scheduler.core.refusal import Audience, Refusal
from scheduler.core.status import AppointmentStatus
from scheduler.messaging import plan
from scheduler.transactions.locks import Lock, exclusive
from scheduler.transactions.row_locks import lock_row


class OfferOver(Refusal):
    """The time is no longer kept, or the offer was answered."""

    code = "offer-over"
    met_by = Audience.PATIENT


def accept_offer(offer_id: int, *, now: datetime) -> Appointment:
    """Give up the hold and bring the visit back at that time, in one transaction.

    The visit is `booked`, its links live on, and a "moved" message with the reminders is owed.
    Raises OfferOver, IllegalTransition, PatientBusy and SlotTaken; then nothing is written.
    """
    before = RescheduleOffer.objects.select_related("appointment", "held").get(pk=offer_id)
    if before.held is None:
        raise OfferOver
    with transaction.atomic():
        exclusive(
            (Lock.PROVIDER, before.held.provider_id),
            *([(Lock.ROOM, before.held.room_id)] if before.held.room_id else []),
            (Lock.PATIENT, before.appointment.patient_id or 0),
        )
        offer, appointment = _locked(before)
        held = lock_row(Appointment.objects.all(), before.held.pk)
        kept = held.status == AppointmentStatus.HELD and _not_yet(held.hold_expires_at, now)
        if offer.status != RescheduleOffer.Status.SENT or offer.held_id != held.pk or not kept:
            raise OfferOver
        status.check(appointment.status, AppointmentStatus.BOOKED)
        release_hold(held.pk)
        old_start = appointment.starts_at
        for field in ("provider_id", "room_id", "starts_at", "ends_at", "busy_start", "busy_end"):
            setattr(appointment, field, getattr(held, field))
        appointment.overbook_reason = None
        appointment.status = AppointmentStatus.BOOKED
        appointment.sequence += 1
        appointment.version += 1
        if appointment.patient:
            refuse_overlap(appointment.patient, appointment)
        _bring_back(appointment, old_start, now=now)
        close_offer(offer, RescheduleOffer.Status.ACCEPTED, now=now)
        return appointment


def choose_other(
    offer_id: int, start: datetime, *, provider: str | None = None, now: datetime
) -> Appointment:
    """Bring the visit back at a time of the patient's own choice; the kept one is let go.

    Raises OfferOver, IllegalTransition, UnknownVisitType, UnknownProvider, NotOffered, PatientBusy
    and SlotTaken with alternatives; then nothing is written.
    """
    before = RescheduleOffer.objects.select_related("appointment__visit_type", "held").get(
        pk=offer_id
    )
    visit = load_visit(before.appointment.visit_type.slug, staff=True)
    expire_holds(*visit.busy(start), now=now)
    held_by = [(Lock.PROVIDER, before.held.provider_id)] if before.held else []
    try:
        with transaction.atomic():
            exclusive(*held_by, *locks_of_move(before.appointment, visit, start, provider))
            offer, appointment = _locked(before)
            if offer.status not in ANSWERABLE:
                raise OfferOver
            status.check(appointment.status, AppointmentStatus.BOOKED)
            release_hold(offer.held_id)
            old_start = appointment.starts_at
            place_at(appointment, visit, start, provider, now=now)
            _bring_back(appointment, old_start, now=now)
            close_offer(offer, RescheduleOffer.Status.OTHER, now=now)
            return appointment
    except SlotTaken:
        raise SlotTaken(nearest(visit, start, provider=provider, now=now)) from None


def decline_offer(offer_id: int, *, now: datetime) -> RescheduleOffer:
    """The patient wants no new time: the kept one is free again. Saying it twice changes nothing.

    Raises OfferOver where they have a new time.
    """
    with transaction.atomic():
        offer, _appointment = _locked(RescheduleOffer.objects.get(pk=offer_id))
        if offer.status == RescheduleOffer.Status.DECLINED:
            return offer
        if offer.status not in ANSWERABLE:
            raise OfferOver
        release_hold(offer.held_id)
        close_offer(offer, RescheduleOffer.Status.DECLINED, now=now)
        return offer


def _locked(before: RescheduleOffer) -> tuple[RescheduleOffer, Appointment]:
    """Both rows, the visit's first, as whoever cancels or sends takes them."""
    appointment = lock_row(
        Appointment.objects.select_related("contact", "patient", "provider", "visit_type"),
        before.appointment_id,
    )
    return lock_row(RescheduleOffer.objects.all(), before.pk), appointment


def _not_yet(until: datetime | None, now: datetime) -> bool:
    return until is not None and until > now


def _bring_back(appointment: Appointment, old_start: datetime, *, now: datetime) -> None:
    appointment.cancelled_at = None
    appointment.cancelled_by = appointment.cancel_reason = ""
    appointment.confirmed_at = None
    appointment.confirmed_via = ""
    appointment.changed_late = False
    save_unless_taken(appointment)
    keep_links(appointment)
    plan.plan(
        appointment,
        plan.MOVED,
        plan.consented(appointment.contact) if appointment.contact else [],
        now=now,
        with_reminders=True,
        old_start=old_start,
    )
