"""What a patient makes of the new time they were offered: take it, choose another, or neither."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from scheduler.availability.visit_rules import Visit, load_visit
from scheduler.booking.holds.release_hold import release_hold
from scheduler.booking.holds.withdraw_offers import ANSWERABLE, close_offer
from scheduler.booking.models import Appointment
from scheduler.booking.move import Move, locks_of_move, locks_where_it_stands, move, place_at
from scheduler.booking.refusals import SlotTaken
from scheduler.booking.slot_assignment import nearest
from scheduler.booking.undo_cancel import forget_cancellation
from scheduler.closures.models import RescheduleOffer
from scheduler.core import status
from scheduler.core.refusal import Audience, Refusal
from scheduler.core.status import AppointmentStatus
from scheduler.messaging import plan
from scheduler.messaging.consent.agreed import agreed_for
from scheduler.transactions.lock_order import Key
from scheduler.transactions.locks import Lock
from scheduler.transactions.row_locks import lock_row


class OfferOver(Refusal):
    """The time is no longer kept, or the offer was answered."""

    code = "offer-over"
    met_by = Audience.PATIENT


@dataclass(frozen=True)
class AnswerOffer(Move, ABC):
    """The called-off visit comes back, at a time that depends on the answer.

    Raises OfferOver and IllegalTransition besides what `move` raises.
    """

    offer: RescheduleOffer

    from_where_it_stood = False
    answer: ClassVar[RescheduleOffer.Status]

    def refuse(self, appointment: Appointment, visit: Visit, *, now: datetime) -> None:
        offer = lock_row(RescheduleOffer.objects.all(), self.offer.pk)
        if not self.is_open(offer, now=now):
            raise OfferOver
        status.check(appointment.status, AppointmentStatus.BOOKED)
        release_hold(offer.held_id)

    @abstractmethod
    def is_open(self, offer: RescheduleOffer, *, now: datetime) -> bool:
        """Whether the offer, locked, may still be answered so."""

    def owe(
        self, appointment: Appointment, visit: Visit, *, old_start: datetime, now: datetime
    ) -> None:
        plan.withdraw(appointment, now=now)
        plan.owe(
            appointment,
            plan.MOVED,
            agreed_for(appointment),
            now=now,
            with_reminders=True,
            old_start=old_start,
        )
        close_offer(self.offer, self.answer, now=now)


@dataclass(frozen=True)
class AcceptOffer(AnswerOffer):
    """At the time that was kept for it."""

    held: Appointment

    answer = RescheduleOffer.Status.ACCEPTED

    def locks(self, visit: Visit) -> Iterable[Key]:
        # The visit's own time was given up: only the kept one is touched.
        return [*locks_where_it_stands(self.held), (Lock.PATIENT, self.before.patient_id or 0)]

    def is_open(self, offer: RescheduleOffer, *, now: datetime) -> bool:
        held = lock_row(Appointment.objects.all(), self.held.pk)
        kept = held.status == AppointmentStatus.HELD and _not_yet(held.hold_expires_at, now)
        return kept and offer.status == RescheduleOffer.Status.SENT and offer.held_id == held.pk

    def place(self, appointment: Appointment, visit: Visit, *, now: datetime) -> None:
        for field in ("provider_id", "room_id", "starts_at", "ends_at", "busy_start", "busy_end"):
            setattr(appointment, field, getattr(self.held, field))
        appointment.overbook_reason = None
        forget_cancellation(appointment)


@dataclass(frozen=True)
class ChooseOther(AnswerOffer):
    """At a time of the patient's own choice; the kept one is let go. Raises UnknownProvider and
    NotOffered, too."""

    start: datetime
    provider: str | None

    answer = RescheduleOffer.Status.OTHER

    def locks(self, visit: Visit) -> Iterable[Key]:
        yield from locks_of_move(self.before, visit, self.start, self.provider)
        if self.offer.held:
            yield Lock.PROVIDER, self.offer.held.provider_id

    def is_open(self, offer: RescheduleOffer, *, now: datetime) -> bool:
        return offer.status in ANSWERABLE

    def place(self, appointment: Appointment, visit: Visit, *, now: datetime) -> None:
        place_at(appointment, visit, self.start, self.provider, now=now)
        forget_cancellation(appointment)


def accept_offer(offer_id: int, *, now: datetime) -> Appointment:
    """Give up the hold and bring the visit back at that time, in one transaction.

    The visit is `booked`, its links live on, and a "moved" message with the reminders is owed.
    Raises what an AcceptOffer raises; then nothing is written.
    """
    offer, visit = _read(offer_id, retired=True)
    if offer.held is None:
        raise OfferOver
    return move(AcceptOffer(offer.appointment, offer=offer, held=offer.held), visit, now=now)


def choose_other(
    offer_id: int, start: datetime, *, provider: str | None = None, now: datetime
) -> Appointment:
    """Bring the visit back at a time of the patient's own choice; the kept one is let go.

    Raises UnknownVisitType, what a ChooseOther raises, and SlotTaken with alternatives; then
    nothing is written.
    """
    offer, visit = _read(offer_id)
    policy = ChooseOther(offer.appointment, offer=offer, start=start, provider=provider)
    try:
        return move(policy, visit, now=now)
    except SlotTaken as taken:
        taken.alternatives = nearest(visit, start, provider=provider, now=now)
        raise


def _read(offer_id: int, *, retired: bool = False) -> tuple[RescheduleOffer, Visit]:
    offers = RescheduleOffer.objects.select_related("appointment__visit_type", "held")
    offer = offers.get(pk=offer_id)
    slug = offer.appointment.visit_type.slug
    return offer, load_visit(slug, staff=True, retired=retired)


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
