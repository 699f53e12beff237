"""Finding a patient: as somebody types, and without a script just as well."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from scheduler.accounts.access import may, visible_appointments
from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.frontdesk.find_patients import MOST_LETTERS, Found, find_patients
from scheduler.frontdesk.next_visits import next_visits
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.htmx_answers import htmx_asks
from scheduler.pages.staff.show_page import show_page
from scheduler.patients.duplicates import flagged


@require_safe
@staff(Right.SEE_PATIENTS)
def search(request: HttpRequest) -> HttpResponse:
    """The search with what `q` finds; what is found alone where htmx asks."""
    typed = request.GET.get("q", "")[:MOST_LETTERS].strip()
    found = find_patients(typed, request.user)
    patients_viewed(one.id for one in found)
    context: dict[str, Any] = {
        "typed": typed,
        "found": _with_next_visit(found, request, now=timezone.now()),
    }
    if htmx_asks(request):
        return render(request, "staff/patients/_found.html", context)
    if may(request.user, Right.MERGE_PATIENTS):
        context["duplicates"] = flagged().count()
    return show_page(request, "staff/patients/search.html", context)


def _with_next_visit(
    found: list[Found], request: HttpRequest, *, now: datetime
) -> list[tuple[Found, datetime | None]]:
    coming = next_visits(visible_appointments(request.user), [one.id for one in found], now=now)
    return [(one, coming.get(one.id)) for one in found]
