"""What to read before the visit, behind a link that names nothing of it."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from scheduler.booking.models import Appointment
from scheduler.clinic.conditions import condition_of
from scheduler.pages.language import page_language
from scheduler.pages.link_guard import for_information, refuse_link
from scheduler.pages.visit.way_back import way_back


@require_safe
@for_information
def open_link(
    request: HttpRequest, _token: str, appointment: Appointment, now: datetime
) -> HttpResponse:
    """The condition's page at this address, so that no history and no preview names it; or a
    redirect where the condition has its page on another site."""
    condition = condition_of(appointment)
    if condition is None or not condition.published:
        return refuse_link(request, gone=False)
    if condition.external_url:
        return HttpResponseRedirect(condition.external_url)
    text = condition.text_in(page_language())
    if text is None:
        return refuse_link(request, gone=False)
    context = {
        "condition": condition,
        "text": text,
        "way_back": way_back(request, appointment, now=now),
    }
    return render(request, "visit/information.html", context)
