"""A visit stands again: what was offered in its place is let go."""

from datetime import datetime

from scheduler.booking.holds.release_hold import give_up
from scheduler.booking.models import Appointment
from scheduler.closures.models import Offer
from scheduler.worklist.models import StaffTask

# Late is better than never: who did not answer in time may still choose another time.
ANSWERABLE = (Offer.Status.SENT, Offer.Status.EXPIRED)


def come_back(appointment: Appointment, *, now: datetime) -> None:
    """The visit, locked by the caller, stands at its old time after all: what was offered in its
    place is let go, and nobody needs to call about it."""
    open_offers = Offer.objects.select_for_update(no_key=True).filter(
        appointment=appointment, status__in=ANSWERABLE
    )
    for offer in open_offers.order_by("pk"):
        give_up(offer.held_id)
        _answer(offer, Offer.Status.OTHER, now=now)


def _answer(offer: Offer, answer: Offer.Status, *, now: datetime) -> None:
    offer.status = answer
    offer.answered_at = now
    offer.save(update_fields=["status", "answered_at"])
    StaffTask.objects.filter(
        kind=StaffTask.Kind.CALL_CLOSED, appointment=offer.appointment_id, done_at=None
    ).update(done_at=now)
