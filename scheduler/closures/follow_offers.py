"""Offers that nobody answered, or that reached nobody, become calls."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from scheduler.booking.holds.release_hold import release_hold
from scheduler.closures.models import RescheduleOffer
from scheduler.core.message_status import MessageStatus
from scheduler.messaging.models import Message
from scheduler.messaging.plan import CLOSED
from scheduler.worklist.ask_staff import ask_staff
from scheduler.worklist.models import StaffTask

# A message in one of these may still arrive, or has.
HOPEFUL = (
    MessageStatus.PLANNED,
    MessageStatus.CLAIMED,
    MessageStatus.ACCEPTED,
    MessageStatus.DELIVERED,
)
NO_ANSWER = "No answer to the new time that we offered."
NOT_REACHED = "Neither text nor mail reached them: they may not know that we closed."


def follow_offers(*, now: datetime) -> int:
    """Put on the call list who did not answer in time and who was not reached; how many."""
    waiting = RescheduleOffer.objects.filter(status=RescheduleOffer.Status.SENT)
    late = Q(expires_at__lte=now)
    unreached = ~Q(Exists(_hopeful())) & Q(Exists(_news())) & ~Q(Exists(_asked()))
    ids = list(waiting.filter(late | unreached).order_by("pk").values_list("pk", flat=True))
    return sum(_follow(pk, now=now) for pk in ids)


def _follow(offer_id: int, *, now: datetime) -> bool:
    with transaction.atomic():
        offer = (
            RescheduleOffer.objects.select_for_update(skip_locked=True).filter(pk=offer_id).first()
        )
        if offer is None or offer.status != RescheduleOffer.Status.SENT:
            return False
        note = NOT_REACHED
        if offer.expires_at <= now:
            note = NO_ANSWER
            release_hold(offer.held_id)
            offer.status = RescheduleOffer.Status.EXPIRED
            offer.save(update_fields=["status"])
        if StaffTask.objects.filter(**_task(offer.appointment_id), done_at=None).exists():
            return False
        ask_staff(
            StaffTask.Kind.CALL_CLOSED,
            appointment=offer.appointment,
            urgent=True,
            note=note,
            now=now,
        )
        return True


def _news() -> QuerySet[Message]:
    return Message.objects.filter(kind=CLOSED, appointment=OuterRef("appointment"))


def _hopeful() -> QuerySet[Message]:
    return _news().filter(status__in=HOPEFUL)


def _asked() -> QuerySet[StaffTask]:
    return StaffTask.objects.filter(**_task(OuterRef("appointment")))


def _task(appointment: object) -> dict[str, object]:
    return {"kind": StaffTask.Kind.CALL_CLOSED, "appointment": appointment}
