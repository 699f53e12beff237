"""A problem's parts, and the words that depend on the error."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scheduler.booking.refusals import SlotTaken, WrongCode

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


def alternatives(error: SlotTaken) -> dict[str, Any]:
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


def tries_left(error: WrongCode) -> str:
    if error.tries_left:
        return f"That is not the code we sent last. {error.tries_left} tries are left."
    return "That code can't be used any more. Ask for a new one."
