"""The states of a message, and what the carrier's events amount to."""

from collections.abc import Iterable
from enum import StrEnum


class MessageStatus(StrEnum):
    """Where a message stands, from its planning to what is known of its delivery."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


# Twilio's words, in both spellings of canceled, from the least to the most that they tell.
_TOLD = (
    (MessageStatus.ACCEPTED, {"accepted", "scheduled", "queued", "sending", "sent"}),
    (MessageStatus.CANCELLED, {"canceled", "cancelled"}),
    (MessageStatus.FAILED, {"failed"}),
    (MessageStatus.UNDELIVERED, {"undelivered"}),
    (MessageStatus.DELIVERED, {"delivered", "read"}),
)
_RANKS = {word: rank for rank, (_status, words) in enumerate(_TOLD, 1) for word in words}


def delivery_rank(event: str) -> int:
    """How much a delivery event tells: 0 for a word that is not known, the most for delivered."""
    return _RANKS.get(event.lower(), 0)


def settled_status(events: Iterable[str]) -> MessageStatus | None:
    """The status that delivery events amount to, whatever their order and however often they came.

    A message's own status may be among them, so `settle([status, event])` takes one event after the
    other. None where no event is known.
    """
    rank = max(map(delivery_rank, events), default=0)
    return _TOLD[rank - 1][0] if rank else None
