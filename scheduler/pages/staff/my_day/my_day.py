"""A clinician's own day, to be read on a phone between two patients."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from scheduler.core.status import AppointmentStatus
from scheduler.models import ConditionText
from scheduler.pages.staff.days import first_day_of
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.parts import show_part_or_page
from scheduler.pages.staff.showing import show_page
from scheduler.queries.access import Right, provider_of, show, visible_appointments
from scheduler.queries.changes import calendar_version
from scheduler.queries.current_clinic import current_clinic
from scheduler.queries.day import cards, in_order, visits_of
from scheduler.queries.delays import delays_at

OVER = (AppointmentStatus.COMPLETED, AppointmentStatus.NO_SHOW)


@require_safe
@staff(Right.SEE_OWN_DAY)
def my_day(request: HttpRequest) -> HttpResponse:
    """The visits of `day` with the provider who the user is; the list alone where htmx asks."""
    provider = provider_of(request.user)
    if provider is None:
        return show_page(request, "staff/day/no_provider.html", {})
    now, clinic = timezone.now(), current_clinic()
    tz = clinic.zone
    day, seen = first_day_of(request, clinic, now=now), calendar_version()
    visits = visits_of(visible_appointments(request.user), day.shown, tz, provider=provider.slug)
    visits = visits.select_related("condition").prefetch_related(
        "patient__notes",
        Prefetch("condition__texts", ConditionText.objects.filter(language="en")),
    )
    found = in_order(cards(visits, delays_at(now), tz, now=now))
    show(card.appointment.patient_id for card in found)
    context = {
        "provider": provider,
        "day": day,
        "version": seen,
        "ahead": [card for card in found if card.appointment.status not in OVER],
        "over": [card for card in found if card.appointment.status in OVER],
    }
    return show_part_or_page(request, "staff/day/_my_day.html", "staff/day/my_day.html", context)
