"""What a page says about what just happened; its name waits in the draft."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# Name: kind of USWDS alert, words.
_WORDS = {
    "taken": (
        "warning",
        gettext_noop(
            "That time has just been taken. All your answers are kept: please choose another time."
        ),
    ),
    "busy": (
        "warning",
        gettext_noop("The patient has another visit at that time. Please choose another time."),
    ),
    "day-held": (
        "warning",
        gettext_noop(
            "Many people are booking that day right now. Please choose another day, or "
            "try again in a few minutes."
        ),
    ),
    "changed": (
        "warning",
        gettext_noop(
            "What can be booked has changed. Please choose again: your other answers are kept."
        ),
    ),
    "elsewhere": (
        "warning",
        gettext_noop("Your answers changed in another window. Please look again."),
    ),
    "awaits-call": (
        "warning",
        gettext_noop("We already keep a time for this number. We will call you about it."),
    ),
    "too-many-calls": (
        "warning",
        gettext_noop("We can't keep more times for now. Ask us to call you, or call us."),
    ),
    "too-many-codes": (
        "warning",
        gettext_noop(
            "We can't send more codes for now. Give another number or email address, wait "
            "for an hour, or call us."
        ),
    ),
    "no-texts": ("warning", gettext_noop("We can't send texts at the moment.")),
    "sent": ("success", gettext_noop("We sent you a new code. Please use the newest one.")),
    "too-soon": (
        "info",
        gettext_noop(
            "We sent a code just now. Please wait half a minute before you ask for another."
        ),
    ),
    "texts": ("success", gettext_noop("Thank you. We will text you about this visit.")),
    "thanks": ("success", gettext_noop("Thank you. We have noted that.")),
}


@dataclass(frozen=True, slots=True)
class Notice:
    kind: str
    words: str


def notice_of(name: str) -> Notice | None:
    if name not in _WORDS:
        return None
    kind, words = _WORDS[name]
    return Notice(kind, _(words))
