"""The states of an appointment and of a message, and how each may follow another."""

from datetime import datetime
from enum import StrEnum

from scheduler.core.refusal import Refusal


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

# Whose patient is awaited: has said nothing against it, and is not here yet.
EXPECTED = (_S.BOOKED, _S.CONFIRMED)
# What keeps a patient busy, and what keeps a provider and a room busy.
PATIENT_LIVE = (*EXPECTED, _S.ARRIVED, _S.IN_ROOM)
LIVE = frozenset({_S.HELD, *PATIENT_LIVE})


class IllegalTransition(Refusal):
    """An appointment cannot go from `frm`, which is the reason, to `to`."""

    code = "wrong-state"
    field = "token"
    reasons = tuple(AppointmentStatus)

    def __init__(self, frm: AppointmentStatus, to: AppointmentStatus) -> None:
        said = f"an appointment cannot go from {frm} to {to}"
        super().__init__(said, reason=frm.value, state=frm.value.replace("_", " "))
        self.frm = frm
        self.to = to


def can_move(frm: str, to: str) -> bool:
    """Whether an appointment may go from `frm` to `to`. Raises ValueError for another word."""
    return AppointmentStatus(to) in TRANSITIONS[AppointmentStatus(frm)]


def check(frm: str, to: str) -> None:
    """Raises IllegalTransition where an appointment may not go from `frm` to `to`."""
    if not can_move(frm, to):
        raise IllegalTransition(AppointmentStatus(frm), AppointmentStatus(to))


class VisitOver(Refusal):
    """The visit has started or is over: too late for this."""

    code = "visit-over"
    field = "token"


def refuse_unless_coming(status: str, starts_at: datetime, *, now: datetime) -> None:
    """Raises VisitOver unless the patient is awaited and the visit has not begun."""
    if status not in EXPECTED or starts_at <= now:
        raise VisitOver
