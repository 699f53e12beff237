"""The patient's own appointment: how it stands, saying yes to it, and its calendar file."""

from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from scheduler.booking.confirm import confirm
from scheduler.booking.models import Appointment
from scheduler.clinic.current import current_clinic
from scheduler.core.refusal import Refusal
from scheduler.core.status import AppointmentStatus
from scheduler.links.issue import information_url, manage_url, tokens_of
from scheduler.messaging.calendar_file import calendar_file as make_calendar_file
from scheduler.pages.language import page_language
from scheduler.pages.link_guard import for_appointment
from scheduler.pages.notes import go, note_of_visit
from scheduler.pages.visit.messages_partial import messages_partial
from scheduler.pages.visit.offer_partial import offer_partial
from scheduler.pages.visit.visit_page import VisitPage, present
from scheduler.pages.visit.way_back import remember_visit


def visit_page(appointment: Appointment, token: str, now: datetime) -> VisitPage:
    return present(appointment, token, language=page_language(), now=now)


def back(token: str) -> str:
    return reverse("appointment", args=[token])


@require_safe
@for_appointment
def show(request: HttpRequest, token: str, appointment: Appointment, now: datetime) -> HttpResponse:
    visit = visit_page(appointment, token, now)
    offered = offer_partial(appointment, now=now)
    context = {
        # Its time can't be had back: the clinic is closed then.
        "visit": replace(visit, can_undo=False) if offered else visit,
        "offered": offered,
        "notice": note_of_visit(request, appointment),
        "messages": messages_partial(appointment) if visit.can_cancel else None,
    }
    return remember_visit(render(request, "visit/appointment.html", context), token)


@require_http_methods(["GET", "HEAD", "POST"])
@for_appointment
def confirm_visit(
    request: HttpRequest, token: str, appointment: Appointment, now: datetime
) -> HttpResponse:
    """POST confirms. Opening the address does nothing but lead back to the visit."""
    if request.method != "POST":
        return go(back(token))
    try:
        confirm(appointment.pk, now=now)
    except Refusal as refusal:
        return go(back(token), refusal)
    return go(back(token))


@require_safe
@for_appointment
def calendar_file(
    _request: HttpRequest, _token: str, appointment: Appointment, now: datetime
) -> HttpResponse:
    """The visit as an ICS file. One that has a UID in the calendar already is updated."""
    tokens = tokens_of(appointment.links.all())
    cancelled = appointment.status == AppointmentStatus.CANCELLED
    ics = make_calendar_file(
        appointment,
        current_clinic(),
        method="CANCEL" if cancelled else "PUBLISH",
        now=now,
        information_link=information_url(tokens["i"]),
        manage_link=manage_url(tokens["a"]),
    )
    headers = {"Content-Disposition": 'attachment; filename="appointment.ics"'}
    return HttpResponse(ics, content_type="text/calendar; charset=utf-8", headers=headers)
