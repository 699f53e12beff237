"""Find a time: what somebody wishes, and the next ten times that suit."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.availability.find_times import LOOK_AHEAD, find_times
from scheduler.availability.free_time import ANY, FreeTime
from scheduler.availability.load_schedule import UnknownProvider
from scheduler.availability.visit_rules import STAFF_HORIZON_DAYS, Visit, load_visit
from scheduler.clinic.closures import ONE_DAY
from scheduler.clinic.current import current_clinic
from scheduler.clinic.time_format import When, in_words
from scheduler.pages.staff.calendar.booking_form import visit_types
from scheduler.pages.staff.calendar.find_form import A_DAY, FindForm
from scheduler.pages.staff.calendar.patient_partial import patient_of
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.htmx_answers import htmx_asks, show_part_or_page
from scheduler.patients.models import Patient
from scheduler.refusals.catalog import staff_words


@dataclass(frozen=True, slots=True)
class FoundSlot:
    """A time, and the query that books it. `key` is the digit that picks it."""

    key: str
    when: When
    provider: str
    query: str


@dataclass(frozen=True, slots=True)
class Found:
    """`further` is the query that goes on where these end; "" where it is no use."""

    offers: list[FoundSlot]
    further: str


@require_safe
@staff(Right.BOOK)
def find(request: HttpRequest) -> HttpResponse:
    """`visit_type`, `provider` (slugs), `weeks` or `day`, `part`, `weekday`; a `patient` or contact
    `request` (ids) goes on to the booking. The times alone where the form asks for them."""
    now = timezone.now()
    zone = current_clinic().zone
    patient = patient_of(request.GET.get("patient"), request)
    form = FindForm(_asked(request))
    found = _found(form, request, zone, patient, now) if form.is_valid() else None
    patients_viewed([patient.pk if patient else None])
    context = {
        "form": form,
        "found": found,
        "patient": patient,
        "request_id": request.GET.get("request", ""),
        "at_times": bool(patient and found and found.offers),
    }
    status = 200 if form.is_valid() else 422
    if htmx_asks(request, target="found-times"):
        return render(request, "staff/find/_times.html", context, status=status)
    if not context["at_times"] and not form.focus_on_mistake():
        form.fields["visit_type"].widget.attrs["autofocus"] = True
    return show_part_or_page(
        request, "staff/find/_dialog.html", "staff/find/page.html", context, status=status
    )


def _asked(request: HttpRequest) -> Any:
    """The query with what it leaves open filled in."""
    given = request.GET.copy()
    first = next(iter(visit_types()), ("", ""))[0]
    for name, usual in {"visit_type": first, "weeks": "0", "part": ANY}.items():
        if not given.get(name):
            given[name] = usual
    return given


def _found(
    form: FindForm, request: HttpRequest, zone: ZoneInfo, patient: Patient | None, now: datetime
) -> Found | None:
    typed = form.cleaned_data
    visit = load_visit(typed["visit_type"], staff=True)
    since = form.since(visit.local_day(now))
    try:
        times = find_times(
            visit,
            since,
            provider=typed["provider"] or None,
            weekdays=typed["weekday"],
            part_of_day=typed["part"],
            now=now,
        )
    except UnknownProvider as refusal:
        form.add_error("provider", staff_words(refusal))
        return None
    offers = _offers(times, form, request, zone, patient)
    return Found(offers, _further(request, visit, times, since, now))


def _offers(
    times: list[FreeTime],
    form: FindForm,
    request: HttpRequest,
    zone: ZoneInfo,
    patient: Patient | None,
) -> list[FoundSlot]:
    names = dict(form.fields["provider"].choices)  # type: ignore[attr-defined]
    wishes = {
        "visit_type": form.cleaned_data["visit_type"],
        "patient": patient.pk if patient else "",
        "request": request.GET.get("request", ""),
    }
    kept = {name: value for name, value in wishes.items() if value}
    return [
        FoundSlot(
            str(number % 10),
            in_words(one.start, zone, "en"),
            names.get(one.provider, one.provider),
            urlencode({"start": f"{one.start:%Y-%m-%dT%H:%M}", "provider": one.provider, **kept}),
        )
        for number, one in enumerate(times, 1)
    ]


def _further(
    request: HttpRequest, visit: Visit, times: list[FreeTime], since: date, now: datetime
) -> str:
    """From the last of these days on, or from the next where they are all on one."""
    if times:
        last = times[-1].start.date()
        following = last if last > times[0].start.date() else last + ONE_DAY
    else:
        following = since + LOOK_AHEAD + ONE_DAY
    if following > visit.local_day(now) + timedelta(days=STAFF_HORIZON_DAYS):
        return ""
    asked = request.GET.copy()
    asked["weeks"], asked["day"] = A_DAY, following.isoformat()
    return asked.urlencode()
