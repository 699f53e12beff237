"""A provider runs late: who would hear of it, telling them, and being on time again."""

from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Provider
from scheduler.clinic.time_format import time_in_words
from scheduler.closures.delays import delays_at
from scheduler.closures.run_late import MINUTES, Affected, affected, on_time_again, run_late
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.htmx_answers import show_part_or_page, tell
from tasks.nudge import nudge


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Right.BOOK)
def late(request: HttpRequest, slug: str) -> HttpResponse:
    """GET `minutes` previews who would be told; POST `minutes` tells them."""
    provider = get_object_or_404(Provider, slug=slug, active=True, call_desk=False)
    now = timezone.now()
    given = request.POST if request.method == "POST" else request.GET
    minutes = _minutes(given.get("minutes", str(MINUTES[0])))
    if request.method == "POST":
        told = run_late(provider.pk, minutes, by=request.user.pk or 0, now=now)
        patients_viewed(one.appointment.patient_id for one in told)
        nudge()
        return tell(HttpResponse(status=204), _said(provider, minutes, len(told)), close=True)
    found = affected(provider, minutes, now=now)
    patients_viewed(one.appointment.patient_id for one in found)
    tz = current_clinic().zone
    context = {
        "provider": provider,
        "minutes": minutes,
        "choices": MINUTES,
        "running": delays_at(now).get(provider.pk),
        "tell": [(_time(one, tz), one) for one in found if one.hears_of(minutes)],
        "know": [(_time(one, tz), one) for one in found if one.told >= minutes],
        "call": [(_time(one, tz), one) for one in found if not one.address and one.told < minutes],
    }
    return show_part_or_page(request, "staff/today/_late.html", "staff/today/late.html", context)


@require_POST
@staff(Right.BOOK)
def on_time(_request: HttpRequest, slug: str) -> HttpResponse:
    provider = get_object_or_404(Provider, slug=slug, active=True, call_desk=False)
    on_time_again(provider.pk, now=timezone.now())
    return tell(HttpResponse(status=204), f"{provider.name} is on time again.", close=True)


def _minutes(text: str) -> int:
    if text not in map(str, MINUTES):
        raise Http404
    return int(text)


def _time(one: Affected, tz: ZoneInfo) -> str:
    return time_in_words(one.appointment.starts_at.astimezone(tz))


def _said(provider: Provider, minutes: int, count: int) -> str:
    told = "Nobody had to be told." if not count else f"Told: {count}."
    return f"{provider.name} runs {minutes} minutes late. {told}"
