"""What a page says about the step before it, carried in its address as a short name.

A page can be opened again when all is different, by the back button say. So what tells of success
names the version of the visit that it made, and is said of no other.
"""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from scheduler.booking.models import Appointment
from scheduler.contact_requests.models import ContactRequest
from scheduler.core.status import AppointmentStatus

Name = Literal[
    "moved",
    "moved-late",
    "restored",
    "changed",
    "late",
    "no-number",
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
    "moved-late": (
        "success",
        gettext_noop(
            "Done. Your visit is at its new time. The old one was less than one business day "
            "away, and we noted that as late."
        ),
    ),
    "restored": ("success", gettext_noop("Done. Your visit will take place after all.")),
    "changed": ("info", gettext_noop("Your visit changed in the meantime. This is how it is now.")),
    "late": ("warning", gettext_noop("It is too late for that online. Please call us.")),
    "no-number": (
        "warning",
        gettext_noop("We call you for this visit, but have no number of yours. Please call us."),
    ),
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


def note_of_visit(request: HttpRequest, appointment: Appointment) -> Note | None:
    """The note that the address asks for, where it still fits; an unknown name says nothing."""
    found = _asked_for(request)
    if found is None or (_NOTES[found][0] == "success" and not _is_of(request, appointment)):
        return None
    if found == "no-undo" and appointment.status != AppointmentStatus.CANCELLED:
        return None
    return note(found)


def note_of_request(request: HttpRequest, asked: ContactRequest) -> Note | None:
    """The same for a request to be called: what is said of an open one fits no other."""
    found = _asked_for(request)
    return note(found) if found and asked.status == ContactRequest.Status.OPEN else None


def _asked_for(request: HttpRequest) -> Name | None:
    return next((name for name in _NOTES if name == request.GET.get("note")), None)


def _is_of(request: HttpRequest, appointment: Appointment) -> bool:
    return request.GET.get("v") == str(appointment.version)


def note(name: Name) -> Note:
    kind, words = _NOTES[name]
    return Note(kind, _(words))


def go(path: str, note: Name | None = None, of: Appointment | None = None) -> HttpResponse:
    """A redirect after a form, which a reload or the back button can't send again.

    `of` is the visit as it is now, for a note that tells of success.
    """
    told = {"note": note, **({"v": of.version} if of else {})}
    query = f"?{urlencode(told)}" if note else ""
    response = HttpResponseRedirect(path + query)
    response.status_code = 303
    return response
