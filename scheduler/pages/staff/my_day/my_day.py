"""A clinician's own day, to be read on a phone between two patients."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from scheduler.accounts.access import provider_of, visible_appointments
from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import ConditionText
from scheduler.closures.delays import delays_at
from scheduler.core.status import AppointmentStatus
from scheduler.frontdesk.calendar_version import calendar_version
from scheduler.frontdesk.day_board import cards, in_order, visits_of
from scheduler.pages.staff.day_in_address import first_day_of
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.htmx_answers import show_part_or_page
from scheduler.pages.staff.show_page import show_page

OVER = (AppointmentStatus.COMPLETED, AppointmentStatus.NO_SHOW)


@require_safe
@staff(Right.SEE_OWN_DAY)
def my_day(request: HttpRequest) -> HttpResponse:
    """The visits of `day` with the provider who the user is; the list alone where htmx asks."""
    provider = provider_of(request.user)
    if provider is None:
        return show_page(request, "staff/my_day/no_provider.html", {})
    now, clinic = timezone.now(), current_clinic()
    tz = clinic.zone
    day, seen = first_day_of(request, clinic, now=now), calendar_version()
    visits = visits_of(visible_appointments(request.user), day.shown, tz, provider=provider.slug)
    visits = visits.select_related("condition").prefetch_related(
        "patient__notes",
        Prefetch("condition__texts", ConditionText.objects.filter(language="en")),
    )
    found = in_order(cards(visits, delays_at(now), tz, now=now))
    patients_viewed(card.appointment.patient_id for card in found)
    context = {
        "provider": provider,
        "day": day,
        "version": seen,
        "ahead": [card for card in found if card.appointment.status not in OVER],
        "over": [card for card in found if card.appointment.status in OVER],
    }
    return show_part_or_page(
        request, "staff/my_day/_my_day.html", "staff/my_day/my_day.html", context
    )
