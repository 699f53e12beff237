"""From what an action raises to what the caller reads: one table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from api.problems import problem
from scheduler.actions.book import (
    AlreadyBooked,
    PatientBusy,
    PhoneNeeded,
    TooManyHolds,
    UnderAge,
    UnknownCondition,
)
from scheduler.actions.confirm import VisitOver
from scheduler.actions.hold_for_call import AwaitsCall
from scheduler.actions.limit_codes import CodeLimit
from scheduler.actions.limit_requests import TooManyRequests
from scheduler.actions.once import KeyReused
from scheduler.actions.place import NotOffered, SlotTaken
from scheduler.actions.reschedule import SameTime, StaleVersion, TooLateToMove
from scheduler.actions.send_code import AlreadyVerified, HoldExpired, NoSuchContact, TooSoon
from scheduler.actions.verify import WrongCode
from scheduler.core.status import IllegalTransition
from scheduler.queries.access import ExpiredLink, UnknownLink
from scheduler.queries.availability import UnknownProvider, UnknownVisitType

WHY_NOT = {
    "past": "That time is over.",
    "notice": "That is too soon to book online.",
    "horizon": "That is further ahead than can be booked.",
    "grid": "Visits don't start at that minute; take a start from the list of slots.",
    "closed": "The clinic doesn't offer that time; take a start from the list of slots.",
}
WHY_NO_CODE = {
    "contact": "Several codes went there already. Give another number or mail address, or wait.",
    "hold": "Three codes were sent for this time. Book it again, or call.",
    "network": "Many codes were asked for from your network. Try later or from another one.",
    "clinic": "Too many codes are being asked for right now. Try later.",
}
CALL = "Please call the clinic."


@dataclass(frozen=True, slots=True)
class Answer:
    """A problem's parts; what depends on the error is a function of it."""

    status: int
    kind: str
    title: str
    detail: str = ""
    field: str = ""
    message: Callable[[Any], str] | str = ""
    more: Callable[[Any], dict[str, Any]] | None = None
    retry_after: Callable[[Any], int] | None = None


def _alternatives(error: SlotTaken) -> dict[str, Any]:
    return {
        "alternatives": [
            {
                "start": slot.start.isoformat(),
                "end": slot.end.isoformat(),
                "provider": slot.provider,
            }
            for slot in error.alternatives
        ]
    }


def _tries(error: WrongCode) -> str:
    if error.tries_left:
        return f"That is not the code we sent last. {error.tries_left} tries are left."
    return "That code can't be used any more. Ask for a new one."


RESPONSES: dict[type[Exception], Answer] = {
    UnknownVisitType: Answer(
        422,
        "unknown-visit-type",
        "No such visit type",
        field="visit_type",
        message="Use a slug from /api/v1/visit-types.",
    ),
    UnknownProvider: Answer(
        422,
        "unknown-provider",
        "No such provider for this visit",
        field="provider",
        message="Use a slug from /api/v1/providers that offers this visit type, or leave it out.",
    ),
    UnknownCondition: Answer(
        422,
        "unknown-condition",
        "No such condition",
        field="condition",
        message="Use the slug of a published condition, or leave it out.",
    ),
    NotOffered: Answer(
        422,
        "not-offered",
        "That time isn't offered",
        field="start",
        message=lambda error: WHY_NOT[error.reason],
    ),
    UnderAge: Answer(
        422,
        "under-age",
        "Please call us",
        CALL,
        field="patient.date_of_birth",
        message="Visits for people under 18 are booked by phone.",
    ),
    PhoneNeeded: Answer(
        422,
        "phone-needed",
        "We need a phone number",
        field="patient.phone",
        message="We call for this visit: give the number to call.",
    ),
    SlotTaken: Answer(
        409,
        "slot-taken",
        "That time has just been taken",
        "Nothing was booked or changed. Choose another time.",
        field="start",
        message="Somebody has this time.",
        more=_alternatives,
    ),
    TooManyHolds: Answer(
        409,
        "day-held",
        "Many people are booking that day right now",
        "Try again in a few minutes, or choose another day.",
        field="start",
        message="Choose another day.",
        more=lambda _: {"alternatives": []},
    ),
    PatientBusy: Answer(
        409,
        "patient-busy",
        "You have another visit at that time",
        "Choose another time.",
        field="start",
        message="Choose another time.",
    ),
    AlreadyBooked: Answer(
        409,
        "already-booked",
        "You have a coming visit of this kind",
        f"Move that one with the link in its message. {CALL}",
        field="visit_type",
        message="One coming visit of a kind can be booked online.",
    ),
    KeyReused: Answer(
        422,
        "key-reused",
        "This Idempotency-Key came with another body",
        field="Idempotency-Key",
        message="Use a new key for a new booking.",
    ),
    CodeLimit: Answer(
        429,
        "code-limit",
        "No more codes for now",
        CALL,
        field="patient",
        message=lambda error: WHY_NO_CODE[error.scope],
        retry_after=lambda error: error.retry_after,
    ),
    AwaitsCall: Answer(
        409,
        "awaits-call",
        "A time is kept for this number already",
        "We call about it, the next business day at the latest.",
        field="patient.phone",
        message="Wait for our call, or call the clinic.",
    ),
    TooManyRequests: Answer(
        429,
        "too-many-requests",
        "You asked several times already",
        CALL,
        retry_after=lambda error: error.retry_after,
    ),
    TooSoon: Answer(
        429,
        "code-just-sent",
        "A code was sent just now",
        field="channel",
        message=lambda error: f"Wait {error.retry_after} seconds.",
        retry_after=lambda error: error.retry_after,
    ),
    NoSuchContact: Answer(
        422,
        "no-such-contact",
        "There is nowhere to send the code",
        field="channel",
        message="Choose the channel that a number or mail address was given for.",
    ),
    HoldExpired: Answer(
        409,
        "hold-expired",
        "We no longer keep that time",
        "Book it again; it may still be free.",
        field="token",
        message="The time was kept for 15 minutes.",
    ),
    AlreadyVerified: Answer(
        409,
        "already-verified",
        "That code was used",
        "The visit is booked already.",
        field="code",
        message="A code can be used once.",
    ),
    WrongCode: Answer(422, "wrong-code", "Wrong code", field="code", message=_tries),
    VisitOver: Answer(
        409,
        "visit-over",
        "The visit has begun or is over",
        CALL,
        "token",
        "It is too late for that.",
    ),
    IllegalTransition: Answer(
        409,
        "wrong-state",
        "The visit's state doesn't allow that",
        CALL,
        "token",
        lambda error: f"The visit is {error.frm.value.replace('_', ' ')}.",
    ),
    StaleVersion: Answer(
        409,
        "stale-version",
        "The visit changed meanwhile",
        "Look at it again, then decide.",
        "version",
        "This is not its current version.",
    ),
    TooLateToMove: Answer(
        409, "too-late", "It is too late to move the visit online", CALL, "start", "Please call."
    ),
    SameTime: Answer(
        422, "same-time", "The visit is at that time already", "", "start", "Choose another time."
    ),
    UnknownLink: Answer(
        404, "unknown-token", "This token opens nothing", CALL, "token", "Use the token you got."
    ),
    ExpiredLink: Answer(
        404, "unknown-token", "This token opens nothing", CALL, "token", "Use the token you got."
    ),
}


def respond(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    answer = RESPONSES[type(error)]  # type: ignore[index]  # ninja hands over instances
    message = answer.message if isinstance(answer.message, str) else answer.message(error)
    return problem(
        answer.status,
        kind=answer.kind,
        title=answer.title,
        detail=answer.detail,
        errors=[(answer.field, message)] if answer.field else [],
        retry_after=answer.retry_after(error) if answer.retry_after else None,
        **(answer.more(error) if answer.more else {}),
    )
