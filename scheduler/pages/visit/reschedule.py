"""Moving a visit to another time."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from scheduler.availability.visit_rules import UnknownVisitType, load_visit
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import SameTime, TooLateToMove
from scheduler.booking.reschedule import reschedule
from scheduler.core import parsing
from scheduler.core.refusal import Refusal
from scheduler.pages.language import page_language
from scheduler.pages.link_guard import for_appointment
from scheduler.pages.notes import go
from scheduler.pages.refusals import note_of_refusal
from scheduler.pages.slot_picker import (
    PickerChoice,
    SlotPicker,
    nearest_to,
    picker_choice,
    slot_picker,
    typed_start,
)
from scheduler.pages.visit.appointment import back, visit_page
from scheduler.pages.visit.visit_page import would_be_late
from tasks.nudge import nudge


def is_of_the_time(refusal: Refusal) -> bool:
    """Whether another time, or somebody else, would do: then times are offered anew. Everything
    else that is refused is said at the visit."""
    return refusal.field in {"start", "provider"} and not isinstance(refusal, TooLateToMove)


@require_http_methods(["GET", "HEAD", "POST"])
@for_appointment
def change_time(
    request: HttpRequest, token: str, appointment: Appointment, now: datetime
) -> HttpResponse:
    """GET offers times with the provider `with` from the day `from` on; POST `start` moves.

    `start` is RFC 3339, `version` the appointment's as the page showed it. The visit's own
    provider is chosen unless another is asked for; an empty `with` is anyone.
    """
    if request.method == "POST":
        return _move(request, token, appointment, now)
    return _offer(request, token, appointment, now)


def _move(
    request: HttpRequest, token: str, appointment: Appointment, now: datetime
) -> HttpResponse:
    start = typed_start(request.POST.get("start", ""), now)
    version = parsing.number(request.POST.get("version"))
    if start is None or version is None:
        return _offer(request, token, appointment, now, missing=True)
    try:
        late = would_be_late(appointment, now=now)
        moved = reschedule(
            appointment.pk,
            start,
            provider=picker_choice(request.POST, usually=appointment.provider.slug).provider
            or None,
            version=version,
            by=Appointment.Actor.PATIENT,
            now=now,
        )
    except SameTime:
        return go(back(token))
    except Refusal as refusal:
        if is_of_the_time(refusal):
            return _offer(request, token, appointment, now, lost=start, said=refusal)
        return go(back(token), refusal)
    nudge()
    return go(back(token), "moved-late" if late else "moved", moved)


def _offer(
    request: HttpRequest,
    token: str,
    appointment: Appointment,
    now: datetime,
    *,
    missing: bool = False,
    lost: datetime | None = None,
    said: Refusal | None = None,
) -> HttpResponse:
    """The times; 422 where none was chosen, 409 where the one chosen, `lost`, can't be had."""
    visit = visit_page(appointment, token, now)
    if not visit.can_change:
        return go(back(token), TooLateToMove() if visit.can_cancel else None)
    form = request.POST if request.method == "POST" else request.GET
    wanted = picker_choice(form, usually=appointment.provider.slug)
    times = _times(appointment, wanted, lost, now)
    context = {
        "visit": visit,
        "offer": times,
        "version": appointment.version,
        "late": would_be_late(appointment, now=now),
        "missing": missing,
        "notice": note_of_refusal(said.code) if said else None,
    }
    status = 409 if said else 422 if missing else 200
    return render(request, "visit/change.html", context, status=status)


def _times(
    appointment: Appointment, wanted: PickerChoice, lost: datetime | None, now: datetime
) -> SlotPicker | None:
    """None where its type of visit can't be booked any more."""
    try:
        visit = load_visit(appointment.visit_type.slug, staff=True)
    except UnknownVisitType:
        return None
    near = nearest_to(lost, visit, provider=wanted.provider, now=now) if lost else ()
    stays = wanted.provider in {"", appointment.provider.slug}
    return slot_picker(
        visit,
        appointment.visit_type,
        PickerChoice(wanted.provider, None) if lost else wanted,
        exclude_id=appointment.pk,
        language=page_language(),
        now=now,
        # Its own time is no change, unless it is with somebody else.
        leave_out=appointment.starts_at if stays else None,
        near=near,
    )
