"""Calling a visit off in two deliberate steps, and taking that back."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from scheduler.booking.cancel import cancel
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import PatientBusy, SlotTaken, TooLateToUndo
from scheduler.booking.undo_cancel import undo_cancel
from scheduler.core.refusal import Refusal
from scheduler.pages.link_guard import for_appointment
from scheduler.pages.notes import go
from scheduler.pages.visit.appointment import back, visit_page
from scheduler.pages.visit.visit_page import would_be_late
from tasks.nudge import nudge

REASON_LENGTH = 500


@require_http_methods(["GET", "HEAD", "POST"])
@for_appointment
def cancel_visit(
    request: HttpRequest, token: str, appointment: Appointment, now: datetime
) -> HttpResponse:
    """GET asks, POST `reason` cancels."""
    if request.method != "POST":
        visit = visit_page(appointment, token, now)
        if not visit.can_cancel:
            return go(back(token))
        context = {"visit": visit, "late": would_be_late(appointment, now=now)}
        return render(request, "visit/cancel.html", context)
    reason = request.POST.get("reason", "").strip()[:REASON_LENGTH]
    try:
        cancel(appointment.pk, by=Appointment.Actor.PATIENT, reason=reason, now=now)
    except Refusal as refusal:
        return go(back(token), refusal)
    nudge()
    return go(back(token))


@require_http_methods(["GET", "HEAD", "POST"])
@for_appointment
def undo(request: HttpRequest, token: str, appointment: Appointment, now: datetime) -> HttpResponse:
    """POST books the canceled visit again, as long as its time is free and it is not too late."""
    if request.method != "POST":
        return go(back(token))
    try:
        restored = undo_cancel(appointment.pk, by=Appointment.Actor.PATIENT, now=now)
    except (SlotTaken, PatientBusy):
        # Nothing is to be chosen here: its time is gone.
        return go(back(token), TooLateToUndo())
    except Refusal as refusal:
        return go(back(token), refusal)
    nudge()
    return go(back(token), "restored", restored)
