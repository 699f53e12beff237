"""One request to be called: what was asked, the tries so far, whom it is about, what is next."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from scheduler.accounts.access import visible_patients
from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.clinic.current import current_clinic
from scheduler.clinic.load_call_desk import CALL_SLUG, DESK_SLUG
from scheduler.contact_requests.assign_patient import assign_request
from scheduler.contact_requests.call_queue import request_call
from scheduler.contact_requests.call_times import call_times
from scheduler.contact_requests.models import ContactRequest
from scheduler.contact_requests.schedule_call import schedule_call
from scheduler.core import parsing
from scheduler.core.refusal import Refusal
from scheduler.frontdesk.find_patients import find_patients
from scheduler.frontdesk.message_list import people_by_number
from scheduler.messaging.consent.wordings import WORDINGS
from scheduler.pages.staff.calls.rows import attempt_in_words, row_of
from scheduler.pages.staff.calls.steps import LogForm
from scheduler.pages.staff.guard import staff, user_of
from scheduler.pages.staff.refuse import refuse
from scheduler.pages.staff.show_page import show_page
from scheduler.pages.staff.time_words import clinic_time
from scheduler.patients.models import Patient
from tasks.nudge import nudge

MOST_FOUND = 8


@require_safe
@staff(Right.WORK_QUEUE)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The request; `q` looks for the patient it is about."""
    asked = get_object_or_404(
        ContactRequest.objects.select_related("claimed_by", "patient").prefetch_related(
            "attempts__by"
        ),
        pk=pk,
    )
    now, tz = timezone.now(), current_clinic().zone
    alike = _alike(asked)
    typed = request.GET.get("q", "")[:100]
    found = find_patients(typed, request.user, limit=MOST_FOUND) if typed else []
    patients_viewed([asked.patient_id, *(one.pk for one in alike), *(one.id for one in found)])
    is_open = asked.status == ContactRequest.Status.OPEN
    context = {
        "asked": asked,
        "row": row_of(request_call(asked), user_of(request), tz, now=now),
        "attempts": [
            (attempt_in_words(attempt, tz), attempt.note) for attempt in asked.attempts.all()
        ],
        "is_open": is_open,
        "created": clinic_time(asked.created_at, tz),
        "alike": alike,
        "found": found,
        "typed": typed,
        "times": _times(asked, tz, now) if is_open else [],
        "wording": WORDINGS[asked.language],
        "form": LogForm(),
        "kind": "request",
        "pk": pk,
    }
    return show_page(request, "staff/calls/call.html", context)


@require_POST
@staff(Right.WORK_QUEUE)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `patient` (an id; empty: nobody)."""
    given = request.POST.get("patient", "")
    patient = (
        get_object_or_404(visible_patients(request.user), pk=parsing.number(given))
        if given
        else None
    )
    get_object_or_404(ContactRequest, pk=pk)
    assign_request(pk, patient)
    patients_viewed([patient.pk if patient else None])
    messages.success(request, f"About {patient.name}." if patient else "About nobody we know.")
    return redirect("staff-call", pk)


@require_POST
@staff(Right.WORK_QUEUE)
def arrange(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `start` (RFC 3339) and, as read aloud, `sms` and `email`: books the call."""
    get_object_or_404(ContactRequest, pk=pk)
    start = parsing.instant(request.POST.get("start"))
    if start is None:
        messages.error(request, "Choose one of the times.")
        return redirect("staff-call", pk)
    try:
        booked = schedule_call(
            pk,
            start,
            sms_consent="sms" in request.POST,
            email_consent="email" in request.POST,
            by=user_of(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return refuse(request, refusal, "staff-call", pk)
    nudge()
    patients_viewed([booked.patient_id])
    said = clinic_time(booked.starts_at, current_clinic().zone)
    messages.success(request, f"The call is arranged: {said}.")
    return redirect("staff-call", pk)


def _alike(asked: ContactRequest) -> list[Patient]:
    """The patients with the number, and those with the address."""
    by_number = people_by_number([str(asked.phone)])[str(asked.phone)] if asked.phone else []
    by_mail = (
        Patient.objects.filter(email__iexact=asked.email, merged_into=None) if asked.email else []
    )
    found = {patient.pk: patient for patient in (*by_number, *by_mail)}
    return [patient for pk, patient in found.items() if pk != asked.patient_id][:MOST_FOUND]


def _times(asked: ContactRequest, tz: ZoneInfo, now: datetime) -> list[tuple[str, str]]:
    """(value, words) of the free times to call."""
    times = call_times(asked, visit_type=CALL_SLUG, provider=DESK_SLUG, now=now)
    return [(at.isoformat(), clinic_time(at, tz)) for at in times]
