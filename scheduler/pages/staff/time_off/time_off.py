"""Time off: what is coming, adding it, changing it and taking it back; holidays that stay open."""

from collections.abc import Mapping
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.clinic.current import current_clinic
from scheduler.clinic.holidays import federal_holidays_between
from scheduler.clinic.models import EVERY_DAY, WEEKDAYS, OpenHoliday, Provider, TimeOff
from scheduler.closures.coming_closures import coming_time_off
from scheduler.closures.models import EmergencyClosure
from scheduler.closures.open_holiday import keep_holiday, open_holiday
from scheduler.closures.time_off import VisitsInTheWay
from scheduler.closures.time_off_over_visits import Unresolved, take_time_off_over_visits
from scheduler.core import parsing
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.refuse import refuse
from scheduler.pages.staff.show_page import show_page
from scheduler.pages.staff.time_off.form import TimeOffForm, decisions_of
from scheduler.pages.staff.time_off.unresolved_visits import UnresolvedVisit, unresolved_visits
from tasks.nudge import nudge

HOLIDAYS_AHEAD = timedelta(days=365)


@require_safe
@staff(Right.CLOSE_HOURS)
def index(request: HttpRequest) -> HttpResponse:
    clinic = current_clinic()
    today = timezone.now().astimezone(clinic.zone).date()
    opened = set(OpenHoliday.objects.filter(day__gte=today).values_list("day", flat=True))
    holidays = federal_holidays_between(today, today + HOLIDAYS_AHEAD)
    context = {
        "time_off": [(one, days_in_words(one)) for one in coming_time_off(today)],
        # One at a weekend closes nothing.
        "holidays": [
            (day, name, day in opened)
            for day, name in sorted(holidays.items())
            if clinic.business_days >> day.weekday() & 1 or day in opened
        ],
        "closed_days": EmergencyClosure.objects.filter(day__gte=today - timedelta(days=14)),
    }
    return show_page(request, "staff/time_off/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Right.CLOSE_HOURS)
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """GET shows the form, filled from the address for a new one (`provider`, `day`); POST saves,
    or answers 409 with the visits in the way and what may become of each."""
    time_off = get_object_or_404(TimeOff, pk=pk) if pk else TimeOff()
    if request.method != "POST":
        if pk is None:
            _fill(time_off, request.GET)
        return _show(request, TimeOffForm(time_off=time_off), [])
    form = TimeOffForm(request.POST, time_off=time_off)
    if not form.is_valid():
        return _show(request, form, [], status=422)
    now = timezone.now()
    decisions = decisions_of(request.POST, now)
    wanted = form.wanted()
    try:
        take_time_off_over_visits(wanted, decisions, now=now)
    except Unresolved as unresolved:
        in_the_way = unresolved_visits(unresolved, decisions, wanted, now)
        return _show(request, form, in_the_way, status=409)
    nudge()
    messages.success(request, "The time off is saved.")
    return redirect("staff-time-off")


@require_POST
@staff(Right.CLOSE_HOURS)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(TimeOff, pk=pk).delete()
    messages.success(request, "The time off is gone: these hours can be booked again.")
    return redirect("staff-time-off")


@require_POST
@staff(Right.CLOSE_HOURS)
def holiday(request: HttpRequest) -> HttpResponse:
    """POST `day` (ISO 8601) and `open` (1 or 0)."""
    day = parsing.day(request.POST.get("day"))
    if day is None:
        return HttpResponse(status=422)
    if request.POST.get("open") == "1":
        open_holiday(day)
        messages.success(request, f"{day:%A, %B %-d} can be booked like any {day:%A}.")
        return redirect("staff-time-off")
    try:
        keep_holiday(day, now=timezone.now())
    except VisitsInTheWay as refused:
        patients_viewed(visit.patient_id for visit in refused.appointments)
        return refuse(request, refused, "staff-time-off")
    messages.success(request, f"{day:%A, %B %-d} is closed again.")
    return redirect("staff-time-off")


def days_in_words(time_off: TimeOff) -> str:
    """Such as "Fri, Dec 4 – Fri, Dec 18, 1:00 PM – 3:00 PM, only Fri"."""
    first, last = time_off.first_day, time_off.last_day
    words = (
        f"{first:%a, %b %-d, %Y}"
        if first == last
        else f"{first:%a, %b %-d} – {last:%a, %b %-d, %Y}"
    )
    if time_off.starts and time_off.ends:
        words += f", {time_off.starts:%-I:%M %p} – {time_off.ends:%-I:%M %p}"
    if time_off.weekdays != EVERY_DAY and first != last:
        on = [name[:3] for day, name in WEEKDAYS if time_off.weekdays >> day & 1]
        words += f", only {', '.join(on)}"
    return words


def _fill(time_off: TimeOff, asked: Mapping[str, str]) -> None:
    provider = Provider.objects.filter(slug=asked.get("provider", "")).first()
    time_off.provider = provider
    if day := parsing.day(asked.get("day")):
        time_off.first_day = time_off.last_day = day


def _show(
    request: HttpRequest, form: TimeOffForm, in_the_way: list[UnresolvedVisit], *, status: int = 200
) -> HttpResponse:
    patients_viewed(one.visit.patient_id for one in in_the_way)
    context = {
        "form": form,
        "time_off": form.time_off,
        "in_the_way": in_the_way,
    }
    return show_page(request, "staff/time_off/edit.html", context, status=status)
