"""The call queue: everybody to call or to answer, and the calls that are done."""

from hashlib import blake2b

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.clinic.current import current_clinic
from scheduler.contact_requests.call_queue import call_queue
from scheduler.contact_requests.calls_done import Done, calls_done
from scheduler.core import parsing
from scheduler.pages.staff.calls.rows import Row, attempt_in_words, row_of
from scheduler.pages.staff.guard import staff, user_of
from scheduler.pages.staff.htmx_answers import htmx_asks, show_part_or_page
from scheduler.pages.staff.show_page import show_page
from scheduler.pages.staff.time_words import clinic_time


@require_safe
@staff(Right.WORK_QUEUE)
def queue(request: HttpRequest) -> HttpResponse:
    """The list; its part alone where htmx asks, and 204 where that has it as it is (`seen`)."""
    rows = _rows(request)
    seen = blake2b(repr(rows).encode(), digest_size=8).hexdigest()
    if htmx_asks(request) and request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    return _show(request, rows, seen)


def list_part(request: HttpRequest) -> HttpResponse:
    """The list as it is now, for whatever changed it."""
    rows = _rows(request)
    return _show(request, rows, blake2b(repr(rows).encode(), digest_size=8).hexdigest())


def _rows(request: HttpRequest) -> list[Row]:
    now, tz, user = timezone.now(), current_clinic().zone, user_of(request)
    return [row_of(call, user, tz, now=now) for call in call_queue(now=now)]


def _show(request: HttpRequest, rows: list[Row], seen: str) -> HttpResponse:
    patients_viewed(row.patient for row in rows)
    context = {
        "late": [row for row in rows if row.late],
        "ahead": [row for row in rows if not row.late],
        "seen": seen,
    }
    return show_part_or_page(request, "staff/calls/_list.html", "staff/calls/queue.html", context)


@require_safe
@staff(Right.WORK_QUEUE)
def history(request: HttpRequest) -> HttpResponse:
    """What is off the queue, the latest first; `page` counts from 1."""
    page = parsing.page(request.GET.get("page"))
    found, more = calls_done(page)
    patients_viewed(patient for one in found for patient in [_patient(one)])
    tz = current_clinic().zone
    context = {
        "rows": [
            {
                "done": one,
                "when": clinic_time(one.at, tz),
                "attempts": [attempt_in_words(a, tz) for a in one.request.attempts.all()]
                if one.request
                else [attempt_in_words(one.attempt, tz)]
                if one.attempt
                else [],
            }
            for one in found
        ],
        "page": page,
        "more": more,
    }
    return show_page(request, "staff/calls/done.html", context)


def _patient(done: Done) -> int | None:
    if done.request is not None:
        return done.request.patient_id
    about = done.task or done.attempt
    visit = about.appointment if about else None
    return visit.patient_id if visit else None
