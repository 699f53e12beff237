"""Choosing how the clinic writes: reminders of one visit or none, the language, and to a number or
address no more at all."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from scheduler.booking.models import Appointment
from scheduler.core.refusal import Refusal
from scheduler.messaging.consent.preferences import set_preferences
from scheduler.pages.link_guard import for_appointment
from scheduler.pages.notes import go
from scheduler.pages.visit.appointment import back
from scheduler.pages.visit.stop_messages import stop_messages

SWITCH = {"on": True, "off": False}


@require_http_methods(["GET", "HEAD", "POST"])
@for_appointment
def choose(
    request: HttpRequest, token: str, appointment: Appointment, now: datetime
) -> HttpResponse:
    """POST `reminders` ("on" or "off"), `language`, or both; or `stop` ("sms" or "email"), and
    nothing more goes there. GET changes nothing."""
    reminders_on = SWITCH.get(request.POST.get("reminders", ""))
    language = request.POST.get("language", "")
    known = language if language in dict(settings.LANGUAGES) else None
    if request.method == "POST" and stop_messages(
        appointment, request.POST.get("stop", ""), now=now
    ):
        return go(back(token), "saved", appointment)
    if request.method != "POST" or (reminders_on is None and known is None):
        return go(back(token))
    try:
        saved = set_preferences(appointment.pk, reminders_on=reminders_on, language=known, now=now)
    except Refusal as refusal:
        return go(back(token), refusal)
    return go(back(token), "saved", saved)
