"""A visit stands again: what was offered in its place is let go."""

from datetime import datetime

from scheduler.booking.holds.release_hold import release_hold
from scheduler.booking.models import Appointment
from scheduler.closures.models import RescheduleOffer
from scheduler.worklist.models import StaffTask

# Late is better than never: who did not answer in time may still choose another time.
ANSWERABLE = (RescheduleOffer.Status.SENT, RescheduleOffer.Status.EXPIRED)


def withdraw_offers(appointment: Appointment, *, now: datetime) -> None:
    """The visit, locked by the caller, stands at its old time after all: what was offered in its
    place is let go, and nobody needs to call about it."""
    open_offers = RescheduleOffer.objects.select_for_update(no_key=True).filter(
        appointment=appointment, status__in=ANSWERABLE
    )
    for offer in open_offers.order_by("pk"):
        release_hold(offer.held_id)
        close_offer(offer, RescheduleOffer.Status.OTHER, now=now)


def close_offer(offer: RescheduleOffer, answer: RescheduleOffer.Status, *, now: datetime) -> None:
    offer.status = answer
    offer.answered_at = now
    offer.save(update_fields=["status", "answered_at"])
    StaffTask.objects.filter(
        kind=StaffTask.Kind.CALL_CLOSED, appointment=offer.appointment_id, done_at=None
    ).update(done_at=now)
