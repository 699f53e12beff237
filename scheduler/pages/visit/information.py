"""What to read before the visit, behind a link that names nothing of it."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from scheduler.models import Appointment
from scheduler.pages.language import page_language
from scheduler.pages.patient.guard import for_information, refuse_link
from scheduler.pages.patient.way_back import way_back
from scheduler.queries.conditions import condition_of


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
    return render(request, "patient/information.html", context)
