"""What a page says about the step before it, carried in its address as a short name.

A page can be opened again when all is different, by the back button say. So what tells of success
names the version of the visit that it made, and is said of no other.
"""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from scheduler.booking.models import Appointment
from scheduler.booking.refusals import TooLateToUndo
from scheduler.contact_requests.models import ContactRequest
from scheduler.core.refusal import Refusal
from scheduler.core.status import AppointmentStatus
from scheduler.pages.refusals import Note, note_of_refusal

Name = Literal["moved", "moved-late", "restored", "saved", "asked", "request-changed"]

# What tells of success; a refusal goes by its code.
_NOTES: Mapping[str, str] = {
    "moved": gettext_noop("Done. Your visit is at its new time."),
    "moved-late": gettext_noop(
        "Done. Your visit is at its new time. The old one was less than one business day "
        "away, and we noted that as late."
    ),
    "restored": gettext_noop("Done. Your visit will take place after all."),
    "saved": gettext_noop("Done. We will keep to that."),
    "asked": gettext_noop("Thank you. We have your request."),
    "request-changed": gettext_noop("Done. Your request is changed."),
}


def note_of_visit(request: HttpRequest, appointment: Appointment) -> Note | None:
    """The note that the address asks for, where it still fits; an unknown name says nothing."""
    found = request.GET.get("note", "")
    cancelled = appointment.status == AppointmentStatus.CANCELLED
    if found == TooLateToUndo.code and not cancelled:
        return None
    done = _done(found)
    if done is None:
        return note_of_refusal(found)
    return done if request.GET.get("v") == str(appointment.version) else None


def note_of_request(request: HttpRequest, asked: ContactRequest) -> Note | None:
    """The same for a request to be called: what is said of an open one fits no other."""
    found = request.GET.get("note", "")
    return _done(found) if asked.status == ContactRequest.Status.OPEN else None


def _done(name: str) -> Note | None:
    words = _NOTES.get(name)
    return Note("success", _(words)) if words else None


def go(
    path: str, note: Name | Refusal | None = None, of: Appointment | None = None
) -> HttpResponse:
    """A redirect after a form, which a reload or the back button can't send again.

    `of` is the visit as it is now, for a note that tells of success.
    """
    name = note.code if isinstance(note, Refusal) else note
    told = {"note": name, **({"v": of.version} if of else {})}
    query = f"?{urlencode(told)}" if name else ""
    response = HttpResponseRedirect(path + query)
    response.status_code = 303
    return response
