"""Say in words for staff why a visit was not moved, booked or marked, and what else there is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scheduler.availability.load_schedule import UnknownProvider
from scheduler.booking.refusals import (
    Alternative,
    NotItsDay,
    NotOffered,
    PatientBusy,
    PhoneNeeded,
    SameTime,
    SlotTaken,
    StaleVersion,
    TooLateToUndo,
)
from scheduler.core.status import IllegalTransition, VisitOver

_NOT_OFFERED = {
    "past": "That time is over.",
    "notice": "That is too soon.",
    "horizon": "That is further ahead than visits are booked.",
    "grid": "Visits start at every fifth minute.",
    "closed": "Nobody works then who sees this kind of visit.",
}
_STATES = {
    "held": "is still being booked",
    "booked": "is booked",
    "confirmed": "is confirmed",
    "arrived": "has begun: the patient is here",
    "in_room": "has begun: the patient is in the room",
    "completed": "is over",
    "cancelled": "was cancelled",
    "no_show": "was missed",
    "expired": "was never booked",
}


_WORDS: Mapping[type[Exception], tuple[str, Callable[[Any], str] | str]] = {
    SlotTaken: ("slot-taken", "Somebody else has that time."),
    NotOffered: ("not-offered", lambda error: _NOT_OFFERED[error.reason]),
    PatientBusy: ("patient-busy", "The patient has another visit at that time."),
    PhoneNeeded: ("phone-needed", "We call for this visit: give a phone number first."),
    StaleVersion: ("stale-version", "Somebody else has just changed this visit. Look again."),
    SameTime: ("same-time", "The visit is at that time already."),
    UnknownProvider: ("unknown-provider", "They don't see this kind of visit."),
    VisitOver: ("visit-over", "The visit has begun or is over."),
    TooLateToUndo: ("too-late", "It is too late to take that back."),
    NotItsDay: ("not-its-day", "The visit is on another day. Move it to today first."),
    IllegalTransition: (
        "wrong-state",
        lambda error: f"That can't be done: the visit {_STATES[error.frm]}.",
    ),
}
REFUSALS = tuple(_WORDS)


@dataclass(frozen=True, slots=True)
class RefusalWords:
    """`may_overbook`: with a reason it may stand there all the same."""

    kind: str
    words: str
    alternatives: list[Alternative] = field(default_factory=list)
    may_overbook: bool = False


def refusal_words(error: Exception, *, overbooking: bool = False) -> RefusalWords:
    """For one of REFUSALS; `overbooking` where a reason was given already."""
    kind, words = _WORDS[type(error)]
    closed = isinstance(error, NotOffered) and error.reason == "closed"
    if closed and overbooking:
        return RefusalWords(kind, "There is time off then. No visit can stand in it.")
    return RefusalWords(
        kind,
        words if isinstance(words, str) else words(error),
        error.alternatives if isinstance(error, SlotTaken) else [],
        may_overbook=not overbooking and (closed or isinstance(error, SlotTaken)),
    )
