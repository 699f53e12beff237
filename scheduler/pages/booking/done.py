"""The visit that was just taken: what to know, what comes next, and a few questions."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from phonenumber_field.phonenumber import PhoneNumber

from scheduler.actions.add_intake import Intake, add_intake
from scheduler.actions.confirm import VisitOver
from scheduler.actions.issue_links import tokens_of
from scheduler.actions.plan_messages import CONFIRMATION, is_reminder
from scheduler.core.status import AppointmentStatus
from scheduler.models import Appointment, Clinic, VisitType
from scheduler.models.patient import Channel
from scheduler.pages.booking.draft import finished
from scheduler.pages.booking.forms import IntakeForm
from scheduler.pages.booking.notices import notice_of
from scheduler.pages.booking.steps import DONE, START, go
from scheduler.pages.forms import show_form
from scheduler.pages.language import page_language
from scheduler.pages.patient.guard import keep_answers
from scheduler.pages.patient.presenting import State, present
from scheduler.queries.when import in_words

MAP = "https://www.google.com/maps/search/?"
NOTICE = "booked-notice"


@dataclass(frozen=True, slots=True)
class Coming:
    """The messages that were promised: where to, and the days of the reminders, in words."""

    to: list[str]
    reminders: list[str]


@require_http_methods(["GET", "HEAD", "POST"])
def done(request: HttpRequest) -> HttpResponse:
    """GET shows the visit of this session; POST answers the questions of `IntakeForm`."""
    now = timezone.now()
    found = finished(request, now=now)
    appointment = (
        Appointment.objects.select_related("visit_type", "provider", "room")
        .filter(pk=found or 0)
        .first()
    )
    if appointment is None:
        return keep_answers(go(START))
    form = _intake_form(request, appointment)
    if request.method == "POST" and form.is_valid():
        try:
            add_intake(appointment.pk, Intake(**form.cleaned_data), now=now)
            request.session[NOTICE] = "thanks"
        except VisitOver:
            pass
        return keep_answers(go(DONE))
    return keep_answers(_show(request, appointment, form, now))


def _intake_form(request: HttpRequest, appointment: Appointment) -> IntakeForm:
    given = {name: getattr(appointment, name) for name in IntakeForm.base_fields}
    form = IntakeForm(request.POST or None, initial=given)
    if appointment.visit_type.referral == VisitType.Referral.NO:
        del form.fields["referred_by"]
    return form


def _show(
    request: HttpRequest, appointment: Appointment, form: IntakeForm, now: datetime
) -> HttpResponse:
    language = page_language()
    clinic = Clinic.objects.get()
    tokens = tokens_of(appointment.links.all())
    visit = present(appointment, tokens["a"], language=language, now=now)
    expires = appointment.hold_expires_at
    typed = appointment.held_details or {}
    phone = PhoneNumber.from_string(typed["phone"]).as_national if typed.get("phone") else ""
    context = {
        "visit": visit,
        "form": form,
        "notice": notice_of(request.session.pop(NOTICE, "")),
        "by_call": visit.state == State.HELD,
        "kept_until": in_words(expires, clinic.zone, language) if expires else None,
        "call_to": phone,
        "coming": _coming(appointment, clinic, language),
        "map_url": MAP + urlencode({"api": 1, "query": f"{clinic.name}, {clinic.address}"}),
        "asks_more": not any(form.initial.values()) or form.errors,
    }
    return show_form(request, "booking/done.html", context)


def _coming(appointment: Appointment, clinic: Clinic, language: str) -> Coming | None:
    if appointment.status not in {AppointmentStatus.BOOKED, AppointmentStatus.CONFIRMED}:
        return None
    rows = appointment.messages.order_by("due_at").values_list("kind", "channel", "to", "due_at")
    to, reminders = [], []
    for kind, channel, address, due_at in rows:
        if kind == CONFIRMATION:
            is_text = channel == Channel.SMS
            to.append(PhoneNumber.from_string(address).as_national if is_text else address)
        elif is_reminder(kind):
            when = in_words(due_at, clinic.zone, language)
            reminders.append(f"{when.date}, {when.time}")
    return Coming(to, list(dict.fromkeys(reminders)))
