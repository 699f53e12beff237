"""Moving a visit to another time."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from scheduler.booking.models import Appointment
from scheduler.booking.reschedule import reschedule
from scheduler.core import parsing
from scheduler.pages.link_guard import for_appointment
from scheduler.pages.visit.other_time import OtherTime
from scheduler.pages.visit.visit_page import would_be_late


@require_http_methods(["GET", "HEAD", "POST"])
@for_appointment
def change_time(
    request: HttpRequest, token: str, appointment: Appointment, now: datetime
) -> HttpResponse:
    """GET offers times; POST moves, with the appointment's `version` as the page showed it."""
    page = OtherTime(request, token, appointment, now)
    if request.method != "POST":
        return page.show()
    version = parsing.number(request.POST.get("version"))
    if version is None:
        return page.show(missing=True)

    def move(start: datetime, provider: str | None) -> Appointment:
        return reschedule(
            appointment.pk,
            start,
            provider=provider,
            version=version,
            by=Appointment.Actor.PATIENT,
            now=now,
        )

    late = would_be_late(appointment, now=now)
    return page.take(move, "moved-late" if late else "moved")
