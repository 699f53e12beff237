"""The answer to the new time that is kept for a visit which the clinic called off."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from scheduler.booking.models import Appointment
from scheduler.closures.answer_offer import accept_offer, choose_other, decline_offer
from scheduler.core.refusal import Refusal
from scheduler.pages.link_guard import for_appointment
from scheduler.pages.notes import go
from scheduler.pages.visit.appointment import back
from scheduler.pages.visit.offer_partial import open_offer
from scheduler.pages.visit.other_time import OtherTime
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
    """GET offers times as for a move, the kept one among them; POST takes one."""
    offer = open_offer(appointment)
    if offer is None:
        return go(back(token))
    page = OtherTime(request, token, appointment, now, offer)
    if request.method != "POST":
        return page.show()
    pk = offer.pk
    return page.take(
        lambda start, provider: choose_other(pk, start, provider=provider, now=now), "moved"
    )
