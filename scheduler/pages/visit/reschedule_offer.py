"""The answer to the new time that is kept for a visit which the clinic called off."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from scheduler.availability.visit_rules import UnknownVisitType, load_visit
from scheduler.booking.models import Appointment
from scheduler.closures.answer_offer import accept_offer, choose_other, decline_offer
from scheduler.closures.models import RescheduleOffer
from scheduler.core.refusal import Refusal
from scheduler.pages.language import page_language
from scheduler.pages.link_guard import for_appointment
from scheduler.pages.notes import go
from scheduler.pages.refusals import note_of_refusal
from scheduler.pages.slot_picker import PickerChoice, nearest_to, picker_choice, typed_start
from scheduler.pages.slot_picker import slot_picker as times_of
from scheduler.pages.visit.appointment import back, visit_page
from scheduler.pages.visit.offer_partial import offer_partial, open_offer
from scheduler.pages.visit.reschedule import is_of_the_time
from tasks.nudge import nudge


@require_http_methods(["GET", "HEAD", "POST"])
@for_appointment
def accept(
    request: HttpRequest, token: str, appointment: Appointment, now: datetime
) -> HttpResponse:
    """POST takes the kept time. Opening the address does nothing but lead back to the visit."""
    offer = open_offer(appointment)
    if request.method != "POST" or offer is None:
        return go(back(token))
    try:
        visit = accept_offer(offer.pk, now=now)
    except Refusal as refusal:
        return go(back(token), refusal)
    nudge()
    return go(back(token), "moved", visit)


@require_http_methods(["GET", "HEAD", "POST"])
@for_appointment
def decline(
    request: HttpRequest, token: str, appointment: Appointment, now: datetime
) -> HttpResponse:
    """POST lets the kept time go."""
    offer = open_offer(appointment)
    if request.method != "POST" or offer is None:
        return go(back(token))
    try:
        decline_offer(offer.pk, now=now)
    except Refusal as refusal:
        return go(back(token), refusal)
    return go(back(token), "saved", appointment)


@require_http_methods(["GET", "HEAD", "POST"])
@for_appointment
def other(
    request: HttpRequest, token: str, appointment: Appointment, now: datetime
) -> HttpResponse:
    """GET offers times as for a move, the kept one among them; POST `start` takes one."""
    offer = open_offer(appointment)
    if offer is None:
        return go(back(token))
    if request.method != "POST":
        return _times(request, token, appointment, offer, now)
    start = typed_start(request.POST.get("start", ""), now)
    if start is None:
        return _times(request, token, appointment, offer, now, missing=True)
    provider = picker_choice(request.POST, usually=appointment.provider.slug).provider
    try:
        visit = choose_other(offer.pk, start, provider=provider or None, now=now)
    except Refusal as refusal:
        if is_of_the_time(refusal):
            return _times(request, token, appointment, offer, now, lost=start, said=refusal)
        return go(back(token), refusal)
    nudge()
    return go(back(token), "moved", visit)


def _times(
    request: HttpRequest,
    token: str,
    appointment: Appointment,
    offer: RescheduleOffer,
    now: datetime,
    *,
    missing: bool = False,
    lost: datetime | None = None,
    said: Refusal | None = None,
) -> HttpResponse:
    """The free times; 422 where none was chosen, 409 where the one chosen, `lost`, can't be had."""
    try:
        visit = load_visit(appointment.visit_type.slug, staff=True)
    except UnknownVisitType as refusal:
        return go(back(token), refusal)
    form = request.POST if request.method == "POST" else request.GET
    wanted = picker_choice(form, usually=appointment.provider.slug)
    near = nearest_to(lost, visit, provider=wanted.provider, now=now) if lost else ()
    context = {
        "visit": visit_page(appointment, token, now),
        "offered": offer_partial(appointment, now=now),
        "offer": times_of(
            visit,
            appointment.visit_type,
            PickerChoice(wanted.provider, None) if lost else wanted,
            exclude_id=offer.held_id,
            language=page_language(),
            now=now,
            near=near,
        ),
        "missing": missing,
        "notice": note_of_refusal(said.code) if said else None,
    }
    status = 409 if said else 422 if missing else 200
    return render(request, "visit/offer_times.html", context, status=status)
