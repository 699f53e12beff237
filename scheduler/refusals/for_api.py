"""What the callers of the public API read: a title, what to do, and what of the field is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.refusals.wording import Wording

CALL = "Please call the clinic."


@dataclass(frozen=True, slots=True)
class ApiWords:
    """The parts of a problem document; `message` is said of the refusal's field, where it has
    one."""

    title: str
    detail: str = ""
    message: Wording = ""


API_WORDS: Mapping[str, ApiWords] = {
    "unknown-visit-type": ApiWords(
        "No such visit type", message="Use a slug from /api/v1/visit-types."
    ),
    "unknown-provider": ApiWords(
        "No such provider for this visit",
        message="Use a slug from /api/v1/providers that offers this visit type, or leave it out.",
    ),
    "unknown-condition": ApiWords(
        "No such condition", message="Use the slug of a published condition, or leave it out."
    ),
    "not-offered": ApiWords(
        "That time isn't offered",
        message={
            "past": "That time is over.",
            "notice": "That is too soon to book online.",
            "horizon": "That is further ahead than can be booked.",
            "grid": "Visits don't start at that minute; take a start from the list of slots.",
            "closed": "The clinic doesn't offer that time; take a start from the list of slots.",
            "time-off": "The clinic doesn't offer that time; take a start from the list of slots.",
        },
    ),
    "under-age": ApiWords(
        "Please call us", CALL, "Visits for people under 18 are booked by phone."
    ),
    "phone-needed": ApiWords(
        "We need a phone number", message="We call for this visit: give the number to call."
    ),
    "slot-taken": ApiWords(
        "That time has just been taken",
        "Nothing was booked or changed. Choose another time.",
        "Somebody has this time.",
    ),
    "day-held": ApiWords(
        "Many people are booking that day right now",
        "Try again in a few minutes, or choose another day.",
        "Choose another day.",
    ),
    "patient-busy": ApiWords(
        "You have another visit at that time", "Choose another time.", "Choose another time."
    ),
    "already-booked": ApiWords(
        "You have a coming visit of this kind",
        f"Move that one with the link in its message. {CALL}",
        "One coming visit of a kind can be booked online.",
    ),
    "key-reused": ApiWords(
        "This Idempotency-Key came with another body", message="Use a new key for a new booking."
    ),
    "code-limit": ApiWords(
        "No more codes for now",
        CALL,
        {
            "contact": (
                "Several codes went there already. Give another number or mail address, or wait."
            ),
            "hold": "Three codes were sent for this time. Book it again, or call.",
            "network": (
                "Many codes were asked for from your network. Try later or from another one."
            ),
            "clinic": "Too many codes are being asked for right now. Try later.",
        },
    ),
    "awaits-call": ApiWords(
        "A time is kept for this number already",
        "We call about it, the next business day at the latest.",
        "Wait for our call, or call the clinic.",
    ),
    "too-many-requests": ApiWords("You asked several times already", CALL),
    "code-just-sent": ApiWords("A code was sent just now", message="Wait %(retry_after)s seconds."),
    "no-such-contact": ApiWords(
        "There is nowhere to send the code",
        message="Choose the channel that a number or mail address was given for.",
    ),
    "hold-expired": ApiWords(
        "We no longer keep that time",
        "Book it again; it may still be free.",
        "The time was kept for 15 minutes.",
    ),
    "already-verified": ApiWords(
        "That code was used", "The visit is booked already.", "A code can be used once."
    ),
    "wrong-code": ApiWords(
        "Wrong code",
        message={
            "tries-left": "That is not the code we sent last. %(tries_left)s tries are left.",
            "no-tries-left": "That code can't be used any more. Ask for a new one.",
        },
    ),
    "visit-over": ApiWords("The visit has begun or is over", CALL, "It is too late for that."),
    "wrong-state": ApiWords(
        "The visit's state doesn't allow that", CALL, "The visit is %(state)s."
    ),
    "stale-version": ApiWords(
        "The visit changed meanwhile",
        "Look at it again, then decide.",
        "This is not its current version.",
    ),
    "too-late": ApiWords("It is too late to move the visit online", CALL, "Please call."),
    "same-time": ApiWords("The visit is at that time already", message="Choose another time."),
    "unknown-token": ApiWords("This token opens nothing", CALL, "Use the token you got."),
}
