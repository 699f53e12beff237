"""What a page says about the step before it, carried in its address as a short name."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

Name = Literal[
    "moved",
    "restored",
    "changed",
    "late",
    "over",
    "taken",
    "busy",
    "no-undo",
    "saved",
    "asked",
    "request-changed",
]


@dataclass(frozen=True, slots=True)
class Note:
    """`kind` is a kind of USWDS alert: success, warning or info."""

    kind: str
    words: str


_NOTES: dict[Name, tuple[str, str]] = {
    "moved": ("success", gettext_noop("Done. Your visit is at its new time.")),
    "restored": ("success", gettext_noop("Done. Your visit will take place after all.")),
    "changed": ("info", gettext_noop("Your visit changed in the meantime. This is how it is now.")),
    "late": ("warning", gettext_noop("It is too late for that online. Please call us.")),
    "over": ("warning", gettext_noop("The time of this visit has come. Please call us.")),
    "taken": ("warning", gettext_noop("That time has just been taken. Please choose another.")),
    "busy": (
        "warning",
        gettext_noop("You have another visit at that time. Please choose another."),
    ),
    "saved": ("success", gettext_noop("Done. We will keep to that.")),
    "asked": ("success", gettext_noop("Thank you. We have your request.")),
    "request-changed": ("success", gettext_noop("Done. Your request is changed.")),
    "no-undo": (
        "warning",
        gettext_noop("We could not bring this visit back. Please call us for a new time."),
    ),
}


def note_of(request: HttpRequest) -> Note | None:
    """The note that the address asks for; an unknown name says nothing."""
    return next((note(name) for name in _NOTES if name == request.GET.get("note")), None)


def note(name: Name) -> Note:
    kind, words = _NOTES[name]
    return Note(kind, _(words))


def go(path: str, note: Name | None = None) -> HttpResponse:
    """A redirect after a form, which a reload or the back button can't send again."""
    query = f"?{urlencode({'note': note})}" if note else ""
    response = HttpResponseRedirect(path + query)
    response.status_code = 303
    return response
