"""The visit that was just taken: what to know, what comes next, and a few questions."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from phonenumber_field.phonenumber import PhoneNumber

from scheduler.booking.holds.hold_for_call import cancel_call
from scheduler.booking.models import Appointment
from scheduler.booking.readiness.add_intake import Intake, add_intake
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Clinic, VisitType
from scheduler.clinic.time_format import in_words
from scheduler.core.status import EXPECTED, VisitOver
from scheduler.links.issue import tokens_of
from scheduler.messaging.compose import carries_visit_link
from scheduler.messaging.consent.agree_to_texts import NotProven, agree_to_texts, can_agree_to_texts
from scheduler.messaging.consent.wordings import WORDINGS
from scheduler.messaging.models import Channel
from scheduler.messaging.outlook import Way, outlook
from scheduler.messaging.plan import CONFIRMATION
from scheduler.pages.booking.draft import finished
from scheduler.pages.booking.forms import IntakeForm, TextsForm
from scheduler.pages.booking.step_order import DONE, START, go
from scheduler.pages.language import page_language
from scheduler.pages.link_guard import keep_answers
from scheduler.pages.refusals import Note
from scheduler.pages.show_form import show_form
from scheduler.pages.visit.messages_partial import reminders_in_words, shown, why_in_words
from scheduler.pages.visit.visit_page import State, present, state_of
from scheduler.pages.visit.way_back import remember_visit
from tasks.nudge import nudge


@dataclass(frozen=True, slots=True)
class Coming:
    """The messages that are planned, in words: where the confirmation goes, when the reminders
    come, or why none does.

    `link` is where the visit's link is: "all" of the confirmations, the "mail" alone, or none: then
    the answer to 2 has it.
    """

    to: list[str]
    link: str
    reminders: list[str]
    no_reminder: str


@require_http_methods(["GET", "HEAD", "POST"])
def done(request: HttpRequest) -> HttpResponse:
    """GET shows the visit of this session; POST answers the questions of `IntakeForm`.

    With `then=texts` it is the answer to `TextsForm`: texts about this visit after all. With
    `then=give-back` a time that is kept for a call is kept no longer.
    """
    now = timezone.now()
    found = finished(request, now=now)
    appointment = (
        Appointment.objects.select_related("visit_type", "provider", "contact")
        .filter(pk=found or 0)
        .first()
    )
    if appointment is None:
        return keep_answers(go(START))
    posted = request.POST if request.method == "POST" else None
    if posted is not None and posted.get("then") == "give-back":
        if state_of(appointment, now=now) == State.HELD:
            cancel_call(appointment.pk, now=now)
        return keep_answers(go(DONE))
    for_texts = posted is not None and posted.get("then") == "texts"
    form = _intake_form(None if for_texts else posted, appointment)
    texts = TextsForm(posted if for_texts else None, words=WORDINGS[page_language()])
    if texts.is_valid():
        with suppress(VisitOver, NotProven):
            agree_to_texts(
                appointment.pk, language=page_language(), source="online booking", now=now
            )
            nudge()
            messages.success(request, _("Thank you. We will text you about this visit."))
        return keep_answers(go(DONE))
    if form.is_valid():
        with suppress(VisitOver):
            add_intake(appointment.pk, Intake(**form.cleaned_data), now=now)
            messages.success(request, _("Thank you. We have noted that."))
        return keep_answers(go(DONE))
    return keep_answers(_show(request, appointment, form, texts, now))


def _intake_form(typed: QueryDict | None, appointment: Appointment) -> IntakeForm:
    given = {name: getattr(appointment, name) for name in IntakeForm.base_fields}
    form = IntakeForm(typed, initial=given)
    if appointment.visit_type.referral == VisitType.Referral.NO:
        del form.fields["referred_by"]
    return form


def _show(
    request: HttpRequest,
    appointment: Appointment,
    intake: IntakeForm,
    texts: TextsForm,
    now: datetime,
) -> HttpResponse:
    language = page_language()
    clinic = current_clinic()
    tokens = tokens_of(appointment.links.all())
    visit = present(appointment, tokens["a"], language=language, now=now)
    expires = appointment.hold_expires_at
    typed = appointment.held_details or {}
    phone = PhoneNumber.from_string(typed["phone"]).as_national if typed.get("phone") else ""
    context = {
        "visit": visit,
        # The one with a mistake, which the top of the page names.
        "form": texts if texts.errors else intake,
        "intake": intake,
        "texts": texts if can_agree_to_texts(appointment) else None,
        "notice": _said(request),
        "by_call": visit.state == State.HELD,
        "kept_until": in_words(expires, clinic.zone, language) if expires else None,
        "call_to": phone,
        "coming": _coming(appointment, clinic),
        "asks_more": not any(intake.initial.values()) or intake.errors,
    }
    return remember_visit(show_form(request, "booking/done.html", context), tokens["a"])


def _said(request: HttpRequest) -> Note | None:
    """What the form before this page left to be said, once."""
    said = [Note(one.level_tag, str(one.message)) for one in messages.get_messages(request)]
    return said[-1] if said else None


def _coming(appointment: Appointment, clinic: Clinic) -> Coming | None:
    if appointment.status not in EXPECTED:
        return None
    found = outlook(appointment, for_staff=False)
    return Coming(
        to=[shown(way.channel, way.address) for way in found.told],
        link=_link(appointment, found.told, clinic),
        reminders=reminders_in_words(found, clinic.zone),
        no_reminder=why_in_words(found),
    )


def _link(appointment: Appointment, told: list[Way], clinic: Clinic) -> str:
    texts = any(way.channel == Channel.SMS for way in told)
    if texts:
        text = appointment.messages.get(
            kind=CONFIRMATION, channel=Channel.SMS, sequence=appointment.sequence
        )
        text.appointment = appointment
        if not carries_visit_link(text, clinic):
            return "mail" if len(told) > 1 else ""
    return "all"
