"""From what an action raises to what the caller reads: one table."""

from django.http import HttpRequest, HttpResponse

from api.error_answers import CALL, WHY_NO_CODE, WHY_NOT, Answer, alternatives, tries_left
from api.problems import problem
from scheduler.availability.load_schedule import UnknownProvider
from scheduler.availability.visit_rules import UnknownVisitType
from scheduler.booking.refusals import (
    AlreadyBooked,
    AlreadyVerified,
    AwaitsCall,
    HoldExpired,
    NoSuchContact,
    NotOffered,
    PatientBusy,
    PhoneNeeded,
    SameTime,
    SlotTaken,
    StaleVersion,
    TooLateToMove,
    TooManyHolds,
    TooSoon,
    UnderAge,
    UnknownCondition,
    WrongCode,
)
from scheduler.core.status import IllegalTransition, VisitOver
from scheduler.links.refusals import ExpiredLink, UnknownLink
from scheduler.rate_limits.counting import CodeLimit
from scheduler.rate_limits.requests import TooManyRequests
from scheduler.transactions.idempotency import KeyReused

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
        more=alternatives,
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
    WrongCode: Answer(422, "wrong-code", "Wrong code", field="code", message=tries_left),
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
