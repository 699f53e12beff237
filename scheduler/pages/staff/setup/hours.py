"""Changing hours and minutes, with what that opens and closes shown before it is saved."""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.availability.preview_change import Preview, preview_change
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Provider, VisitType
from scheduler.clinic.time_format import in_words
from scheduler.closures.time_off import lock_hours
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.setup.hours_form import HoursFormSet, VisitTypeTimesForm
from scheduler.pages.staff.show_page import show_page

# What a form says beside its fields: which button, and what was previewed.
NOT_FIELDS = {"csrfmiddlewaretoken", "act", "seen"}
CHANGED = "You changed something after the preview. Look again before you save."


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Right.SET_UP)
def hours(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows a provider's weekly hours; POST previews them, and with `act=save` saves what was
    previewed (`seen`)."""
    provider = get_object_or_404(Provider, pk=pk)
    typed = request.POST if request.method == "POST" else None
    return _change(
        request,
        lambda: HoursFormSet(typed, instance=Provider.objects.get(pk=pk)),
        "staff/setup/hours.html",
        {"provider": provider},
        lock=lambda: lock_hours([provider.pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Right.SET_UP)
def visit_type(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for the minutes and notices of a visit type."""
    found = get_object_or_404(VisitType, pk=pk)
    typed = request.POST if request.method == "POST" else None
    return _change(
        request,
        lambda: VisitTypeTimesForm(typed, instance=VisitType.objects.get(pk=pk)),
        "staff/setup/visit_type.html",
        {"visit_type": found},
        lock=lambda: lock_hours(None),
    )


def _change(
    request: HttpRequest,
    build: Callable[[], Any],
    template: str,
    context: dict[str, Any],
    *,
    lock: Callable[[], None],
) -> HttpResponse:
    # A preview leaves its traces on the form that it saves: the page shows a fresh one.
    form = build()
    context |= {"form": build()}
    if request.method != "POST":
        return show_page(request, template, context)
    if not form.is_valid():
        return show_page(request, template, context, status=422)
    seen = _digest(request)
    if request.POST.get("act") == "save" and request.POST.get("seen") == seen:
        with transaction.atomic():
            lock()
            form.save()
        messages.success(request, "Saved. What you previewed holds from now on.")
        return redirect("staff-setup")
    if request.POST.get("act") == "save":
        context["stale"] = CHANGED
    preview = preview_change(form.save, now=timezone.now())
    patients_viewed(visit.patient_id for visit in preview.outside)
    context |= {"preview": preview, "outside": _outside(preview), "seen": seen}
    return show_page(request, template, context)


def _digest(request: HttpRequest) -> str:
    """What was typed, in short: what is saved is what was previewed."""
    typed = [
        (name, value)
        for name, values in sorted(request.POST.lists())
        if name not in NOT_FIELDS
        for value in values
    ]
    return blake2b(urlencode(typed).encode(), digest_size=12).hexdigest()


def _outside(preview: Preview) -> list[tuple[str, Any]]:
    tz = current_clinic().zone
    when = [in_words(visit.starts_at, tz, "en") for visit in preview.outside]
    return [
        (f"{one.date_short}, {one.time}", visit)
        for one, visit in zip(when, preview.outside, strict=True)
    ]
