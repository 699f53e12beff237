"""One visit: everything of it, and what the front desk does with it. A part of the panel where a
script asks for it, else a page of its own."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from scheduler.accounts.access import User, may, visible_appointments
from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.booking.cancel import cancel
from scheduler.booking.confirm import confirm
from scheduler.booking.models import Appointment
from scheduler.booking.queue_phone_call import TO_CALL, is_to_be_called
from scheduler.booking.set_appointment_status import set_appointment_status
from scheduler.booking.set_note import set_note
from scheduler.booking.undo_cancel import undo_cancel
from scheduler.core import parsing
from scheduler.core.refusal import Refusal
from scheduler.core.status import AppointmentStatus as Status
from scheduler.messaging.send_details import send_details
from scheduler.pages.staff.calendar.visit_panel import present
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.htmx_answers import htmx_asks, show_part_or_page, tell
from scheduler.refusals.catalog import staff_words
from tasks.nudge import nudge

NOTE_LENGTH = REASON_LENGTH = 500


def opened_by(user: User) -> QuerySet[Appointment]:
    """The visits that have a page for the user."""
    return visible_appointments(user).exclude(status__in=(Status.HELD, Status.EXPIRED))


def find(request: HttpRequest, reference: str) -> Appointment:
    """The visit, with all that its page names, if the user may see it. Raises Http404.

    Who asks for it is in the audit log.
    """
    found = (
        opened_by(request.user)
        .select_related("visit_type", "provider", "room", "condition", "patient", "contact")
        .filter(reference=reference)
        .first()
    )
    if found is None:
        raise Http404
    patients_viewed([found.patient_id])
    return found


@require_safe
@staff(Right.SEE_CALENDAR, Right.SEE_OWN_DAY)
def appointment(request: HttpRequest, reference: str) -> HttpResponse:
    return answer(request, find(request, reference))


@require_POST
@staff(Right.BOOK)
def act(request: HttpRequest, reference: str) -> HttpResponse:
    """`act` names what to do with the visit as it was at `version`."""
    visit = find(request, reference)
    do = _ACTS.get(request.POST.get("act", ""))
    if do is None:
        raise Http404
    try:
        said = do(visit, request.POST, timezone.now())
    except Refusal as refusal:
        why = staff_words(refusal)
        return answer(request, find(request, reference), error=why, status=409)
    nudge()
    if not htmx_asks(request):
        messages.success(request, said)
        return redirect("staff-appointment", reference=reference)
    return tell(answer(request, find(request, reference)), said)


def answer(
    request: HttpRequest, visit: Appointment, *, error: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "visit": present(visit, now=timezone.now()),
        "can_book": may(request.user, Right.BOOK),
        "can_see_audit_log": may(request.user, Right.SEE_AUDIT_LOG),
        "can_see_patients": may(request.user, Right.SEE_PATIENTS),
        "error": error,
    }
    return show_part_or_page(
        request, "staff/_appointment.html", "staff/appointment.html", context, status=status
    )


def _version(typed: QueryDict) -> int | None:
    return parsing.number(typed.get("version"))


Act = Callable[[Appointment, QueryDict, datetime], str]


def _step(to: Status, said: str) -> Act:
    def act(visit: Appointment, typed: QueryDict, now: datetime) -> str:
        set_appointment_status(visit.pk, to, version=_version(typed), now=now)
        return said

    return act


def _confirm(visit: Appointment, _typed: QueryDict, now: datetime) -> str:
    confirm(visit.pk, via=Appointment.ConfirmedVia.STAFF, now=now)
    return "Confirmed by phone."


def _note(visit: Appointment, typed: QueryDict, _now: datetime) -> str:
    note = typed.get("note", "").strip()[:NOTE_LENGTH]
    set_note(visit.pk, note, version=_version(typed))
    return "Note kept."


def _send(visit: Appointment, _typed: QueryDict, now: datetime) -> str:
    sent = send_details(visit.pk, now=now)
    return f"On its way by {' and '.join(one.get_channel_display().lower() for one in sent)}."


def _cancel(visit: Appointment, typed: QueryDict, now: datetime) -> str:
    tells = "tell" in typed
    reason = typed.get("reason", "").strip()[:REASON_LENGTH]
    cancel(visit.pk, by=Appointment.Actor.STAFF, reason=reason, tell=tells, now=now)
    if is_to_be_called(visit):
        return f"Canceled. {TO_CALL}"
    return "Canceled. The patient is told." if tells else "Canceled. Nobody is told."


def _undo(visit: Appointment, _typed: QueryDict, now: datetime) -> str:
    undo_cancel(visit.pk, by=Appointment.Actor.STAFF, now=now)
    return "Booked again. The patient is told."


_ACTS: Mapping[str, Act] = {
    "confirm": _confirm,
    "arrived": _step(Status.ARRIVED, "The patient is here."),
    "in_room": _step(Status.IN_ROOM, "In the room."),
    "completed": _step(Status.COMPLETED, "Done."),
    "no_show": _step(Status.NO_SHOW, "Missed."),
    "booked": _step(Status.BOOKED, "Not here after all."),
    "note": _note,
    "send": _send,
    "cancel": _cancel,
    "undo": _undo,
}
