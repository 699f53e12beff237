"""A day on which the clinic has to close: the plan, the word to the patients, their answers."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.clinic.current import current_clinic
from scheduler.clinic.time_format import in_words
from scheduler.closures.emergency_closure import (
    FARTHEST,
    AlreadyPlanned,
    WrongDay,
    change_offer,
    drop_emergency_closure,
    news_at,
    plan_emergency_closure,
)
from scheduler.closures.emergency_closure_answers import Answer, emergency_closure_answers
from scheduler.closures.models import EmergencyClosure, RescheduleOffer
from scheduler.closures.send_emergency_closure import send_emergency_closure
from scheduler.core import parsing
from scheduler.core.refusal import Refusal
from scheduler.messaging.deliverable_addresses import with_deliverable_address
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.htmx_answers import show_part_or_page
from scheduler.pages.staff.refuse import refuse
from scheduler.pages.staff.show_page import show_page
from scheduler.refusals.catalog import staff_words
from tasks.nudge import nudge

ANSWERS = {
    RescheduleOffer.Status.ACCEPTED: ("Took the new time", "is-good"),
    RescheduleOffer.Status.OTHER: ("Chose another time", "is-good"),
    RescheduleOffer.Status.DECLINED: ("Wants no new time", ""),
    RescheduleOffer.Status.EXPIRED: ("No answer in time", "is-bad"),
    RescheduleOffer.Status.SENT: ("No answer yet", ""),
    RescheduleOffer.Status.PLANNED: ("Not told yet", ""),
}
SETTLED = {RescheduleOffer.Status.ACCEPTED, RescheduleOffer.Status.OTHER}
REASON_LENGTH = 100


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Right.CLOSE_HOURS)
def begin(request: HttpRequest) -> HttpResponse:
    """GET asks for the day, POST `day` and `reason` makes the plan, which tells nobody."""
    now = timezone.now()
    today = now.astimezone(current_clinic().zone).date()
    context: dict[str, Any] = {"today": today, "last": today + FARTHEST, "errors": {}}
    if request.method != "POST":
        return show_page(request, "staff/time_off/emergency_closure.html", context)
    day, reason = parsing.day(request.POST.get("day")), request.POST.get("reason", "").strip()
    context |= {"day": request.POST.get("day", ""), "reason": reason}
    if not reason or len(reason) > REASON_LENGTH:
        context["errors"]["reason"] = "Say why in up to 100 letters, such as: snow."
    if day is None:
        context["errors"]["day"] = "Choose a day."
    if day is not None and not context["errors"]:
        try:
            emergency_closure = plan_emergency_closure(day, reason, by=_user(request), now=now)
        except WrongDay as refusal:
            context["errors"][refusal.field] = staff_words(refusal)
        except AlreadyPlanned as earlier:
            return redirect("staff-emergency-closure-plan", earlier.emergency_closure.pk)
        else:
            return redirect("staff-emergency-closure-plan", emergency_closure.pk)
    return show_page(request, "staff/time_off/emergency_closure.html", context, status=422)


@require_safe
@staff(Right.CLOSE_HOURS)
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan, or the answers as they come in; only the table where htmx asks."""
    emergency_closure = get_object_or_404(EmergencyClosure, pk=pk)
    clinic, now = current_clinic(), timezone.now()
    answers = emergency_closure_answers(emergency_closure)
    patients_viewed(answer.offer.appointment.patient_id for answer in answers)
    hearing = with_deliverable_address([answer.offer.appointment for answer in answers])
    news = in_words(news_at(clinic, now=now), clinic.zone, "en")
    context = {
        "emergency_closure": emergency_closure,
        "rows": [_row(answer, clinic.zone, hearing) for answer in answers],
        "mute": len(answers) - len(hearing),
        "settled": sum(answer.offer.status in SETTLED for answer in answers),
        "to_call": sum(answer.to_call for answer in answers),
        "kept": sum(answer.offer.held_id is not None for answer in answers),
        "leaves": "at once" if news_at(clinic, now=now) == now else f"on {news.date}, {news.time}",
    }
    part = "staff/time_off/_answers.html"
    page = "staff/time_off/emergency_closure_plan.html"
    return show_part_or_page(request, part, page, context)


@require_POST
@staff(Right.CLOSE_HOURS)
def change(request: HttpRequest, pk: int, offer_pk: int) -> HttpResponse:
    """POST `propose`: 1 keeps a new time for this visit, 0 lets it go."""
    offer = get_object_or_404(RescheduleOffer, pk=offer_pk, emergency_closure=pk)
    propose = request.POST.get("propose") == "1"
    try:
        offer = change_offer(offer.pk, propose=propose, now=timezone.now())
    except Refusal as refusal:
        return refuse(request, refusal, "staff-emergency-closure-plan", pk)
    if propose and offer.held_id is None:
        messages.error(request, "There is no free time for this visit in the next weeks.")
    return redirect("staff-emergency-closure-plan", pk)


@require_POST
@staff(Right.CLOSE_HOURS)
def send(request: HttpRequest, pk: int) -> HttpResponse:
    emergency_closure = get_object_or_404(EmergencyClosure, pk=pk)
    try:
        send_emergency_closure(emergency_closure.pk, by=_user(request), now=timezone.now())
    except Refusal as refusal:
        return refuse(request, refusal, "staff-emergency-closure-plan", pk)
    messages.success(request, "The visits are called off, and the news is on its way.")
    nudge()
    return redirect("staff-emergency-closure-plan", pk)


@require_POST
@staff(Right.CLOSE_HOURS)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    emergency_closure = get_object_or_404(EmergencyClosure, pk=pk)
    try:
        drop_emergency_closure(emergency_closure.pk)
    except Refusal as refusal:
        return refuse(request, refusal, "staff-emergency-closure-plan", pk)
    messages.success(request, f"{emergency_closure.day:%A, %B %-d} is open again; nobody was told.")
    return redirect("staff-time-off")


def _row(answer: Answer, tz: ZoneInfo, hearing: set[int]) -> dict[str, Any]:
    offer = answer.offer
    visit, held = offer.appointment, offer.held
    words, badge = ANSWERS[RescheduleOffer.Status(offer.status)]
    back = offer.status in SETTLED
    return {
        "offer": offer,
        "patient": visit.patient,
        "visit": visit,
        "was": "" if back else _when(visit.starts_at, tz),
        "now": _when(visit.starts_at, tz) if back else "",
        "kept": _when(held.starts_at, tz) if held else "",
        "kept_with": held.provider.name if held and held.provider_id != visit.provider_id else "",
        "until": _when(offer.expires_at, tz),
        "news": answer.news,
        "answer": words,
        "badge": badge,
        "to_call": answer.to_call,
        "can_hear": visit.pk in hearing,
    }


def _when(at: datetime, tz: ZoneInfo) -> str:
    words = in_words(at, tz, "en")
    return f"{words.date_short}, {words.time}"


def _user(request: HttpRequest) -> int:
    return int(request.user.pk or 0)
