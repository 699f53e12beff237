"""The states of an appointment and of a message, and how each may follow another."""

from collections.abc import Iterable
from enum import StrEnum


class AppointmentStatus(StrEnum):
    """Where an appointment stands, from the hold to the end of the visit."""

    HELD = "held"
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    IN_ROOM = "in_room"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    EXPIRED = "expired"

    @property
    def words(self) -> str:
        """As staff read it; the value is what programs hold, and keeps its spelling."""
        return "canceled" if self is self.CANCELLED else self.value.replace("_", " ")


_S = AppointmentStatus

TRANSITIONS: dict[AppointmentStatus, frozenset[AppointmentStatus]] = {
    _S.HELD: frozenset({_S.BOOKED, _S.EXPIRED}),
    _S.BOOKED: frozenset({_S.CONFIRMED, _S.ARRIVED, _S.NO_SHOW, _S.CANCELLED}),
    # Back to booked when it moves: the new time has not been confirmed.
    _S.CONFIRMED: frozenset({_S.BOOKED, _S.ARRIVED, _S.NO_SHOW, _S.CANCELLED}),
    _S.ARRIVED: frozenset({_S.IN_ROOM, _S.BOOKED, _S.NO_SHOW}),
    _S.IN_ROOM: frozenset({_S.COMPLETED, _S.ARRIVED}),
    _S.COMPLETED: frozenset({_S.IN_ROOM}),
    _S.CANCELLED: frozenset({_S.BOOKED}),
    _S.NO_SHOW: frozenset({_S.ARRIVED}),
    _S.EXPIRED: frozenset(),
}

# What keeps a patient busy, and what keeps a provider and a room busy.
PATIENT_LIVE = (_S.BOOKED, _S.CONFIRMED, _S.ARRIVED, _S.IN_ROOM)
LIVE = frozenset({_S.HELD, *PATIENT_LIVE})


class IllegalTransition(Exception):
    """An appointment cannot go from `frm` to `to`."""

    def __init__(self, frm: AppointmentStatus, to: AppointmentStatus) -> None:
        super().__init__(f"an appointment cannot go from {frm} to {to}")
        self.frm = frm
        self.to = to


def can_move(frm: str, to: str) -> bool:
    """Whether an appointment may go from `frm` to `to`. Raises ValueError for another word."""
    return AppointmentStatus(to) in TRANSITIONS[AppointmentStatus(frm)]


def check(frm: str, to: str) -> None:
    """Raises IllegalTransition where an appointment may not go from `frm` to `to`."""
    if not can_move(frm, to):
        raise IllegalTransition(AppointmentStatus(frm), AppointmentStatus(to))


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


def settle(events: Iterable[str]) -> MessageStatus | None:
    """The status that delivery events amount to, whatever their order and however often they came.

    A message's own status may be among them, so `settle([status, event])` takes one event after the
    other. None where no event is known.
    """
    rank = max(map(delivery_rank, events), default=0)
    return _TOLD[rank - 1][0] if rank else None
