"""What must be at hand before a visit: the four ticks of one, and the visits that are not ready."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from scheduler.accounts.access import visible_appointments
from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.booking.models import ReadyItem
from scheduler.booking.readiness.checklist import coming_visits, not_ready, ticks_of
from scheduler.booking.readiness.set_ready import UnknownTick, set_ready
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Readiness
from scheduler.clinic.time_format import in_words
from scheduler.frontdesk.calendar_version import calendar_version
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.htmx_answers import show_part_or_page, tell


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Right.BOOK)
def ready(request: HttpRequest, reference: str) -> HttpResponse:
    """The ticks of a visit; POST `item` and `state` sets one. The part alone where htmx asks."""
    visits = visible_appointments(request.user).filter(patient__isnull=False)
    appointment = get_object_or_404(
        visits.select_related("patient", "visit_type", "provider"), reference=reference
    )
    patients_viewed([appointment.patient_id])
    words = ""
    if request.method == "POST":
        item, state = request.POST.get("item", ""), request.POST.get("state", "")
        try:
            tick = set_ready(appointment, item, state, by=request.user.pk or 0, now=timezone.now())
        except UnknownTick:
            return HttpResponse(status=400)
        words = f"{appointment.patient}: {tick}."
    context = {
        "appointment": appointment,
        "when": in_words(appointment.starts_at, current_clinic().zone, "en"),
        "ticks": ticks_of(appointment),
        "states": ReadyItem.State.choices,
    }
    response = show_part_or_page(
        request, "staff/readiness/_ready.html", "staff/readiness/ready.html", context
    )
    return tell(response, words) if words else response


@require_safe
@staff(Right.BOOK)
def ready_list(request: HttpRequest) -> HttpResponse:
    """What is not ready in the next five business days, or misses this `item`; with `all`, what
    is ready too."""
    item, everything = request.GET.get("item", ""), "all" in request.GET
    seen = calendar_version()
    coming = list(coming_visits(visible_appointments(request.user), now=timezone.now()))
    shown = coming if everything else not_ready(coming, item)
    patients_viewed(appointment.patient_id for appointment in shown)
    tz = current_clinic().zone
    context = {
        "version": seen,
        "item": item,
        "everything": everything,
        "counts": [(one.value, one.label, len(not_ready(coming, one.value))) for one in Readiness],
        "total": len(not_ready(coming)),
        "rows": [(in_words(one.starts_at, tz, "en"), one, ticks_of(one)) for one in shown],
        "states": ReadyItem.State.choices,
    }
    return show_part_or_page(
        request, "staff/readiness/_ready_list.html", "staff/readiness/ready_list.html", context
    )
