"""What staff do about a call: take it on, write down how it ended, book what was kept."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.booking.models import Appointment
from scheduler.contact_requests.book_held_time import book_held_time
from scheduler.contact_requests.call_queue import HOLD, REQUEST, VISIT
from scheduler.contact_requests.claim_call import claim_request, give_back_request
from scheduler.contact_requests.claim_visit_call import claim_visit, give_back_visit
from scheduler.contact_requests.log_call import (
    CALLS,
    log_request_call,
    log_task_call,
    log_visit_call,
)
from scheduler.contact_requests.models import CallAttempt, ContactRequest
from scheduler.contact_requests.release_hold import release_hold_of_call
from scheduler.core import parsing
from scheduler.core.refusal import Refusal
from scheduler.pages.fields import PlainField
from scheduler.pages.staff.calls.queue import list_part
from scheduler.pages.staff.guard import staff, user_of
from scheduler.pages.staff.htmx_answers import htmx_asks, show_part_or_page, tell
from scheduler.pages.staff.refuse import refuse
from scheduler.refusals.catalog import staff_words
from scheduler.worklist.models import StaffTask
from tasks.nudge import nudge

THIRD_TRY = (
    "Written down. That was the third try: it is off the queue, and they hear how to reach us "
    "where we may write to them."
)


class LogForm(forms.Form):
    outcome = forms.ChoiceField(
        choices=CallAttempt.Outcome.choices,
        error_messages={"required": "Say how the call ended."},
    )
    note = PlainField(max_length=500, required=False)


@require_POST
@staff(Right.WORK_QUEUE)
def claim(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """POST, with `from` (a user's id) to take it over from somebody."""
    instead_of = parsing.number(request.POST.get("from"))
    now, by = timezone.now(), user_of(request)
    try:
        if kind == REQUEST:
            claim_request(pk, by=by, instead_of=instead_of, now=now)
        else:
            claim_visit(_visit(kind, pk).pk, by=by, instead_of=instead_of, now=now)
    except Refusal as refusal:
        return _back(request, staff_words(refusal), wrong=True)
    return _back(request, "It is yours.")


@require_POST
@staff(Right.WORK_QUEUE)
def give_back(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    if kind == REQUEST:
        give_back_request(pk, by=user_of(request))
    else:
        give_back_visit(_visit(kind, pk).pk, by=user_of(request))
    return _back(request, "Given back: anybody can take it.")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Right.WORK_QUEUE)
def log(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """GET shows the form in the panel; POST `outcome` and `note` writes the try down."""
    form = LogForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _changed(request, lambda: _log(request, kind, pk, form), kind, pk)
    return _show_form(request, form, kind, pk, status=422 if form.is_bound else 200)


@require_POST
@staff(Right.WORK_QUEUE)
def book_kept(request: HttpRequest, pk: int) -> HttpResponse:
    """They were reached and want the time that was kept."""

    def book() -> str:
        note = request.POST.get("note", "")[:500]
        booked = book_held_time(pk, note=note, by=user_of(request), now=timezone.now())
        patients_viewed([booked.patient_id])
        return "Booked."

    return _changed(request, book, HOLD, pk)


@require_POST
@staff(Right.WORK_QUEUE)
def free_kept(request: HttpRequest, pk: int) -> HttpResponse:
    """They don't want the time that was kept."""

    def free() -> str:
        release_hold_of_call(pk, by=user_of(request), now=timezone.now())
        return "The time is free for others."

    return _changed(request, free, HOLD, pk)


def _log(request: HttpRequest, kind: str, pk: int, form: LogForm) -> str:
    outcome, note = form.cleaned_data["outcome"], form.cleaned_data["note"]
    by, now = user_of(request), timezone.now()
    if kind == REQUEST:
        status = log_request_call(pk, outcome, note=note, by=by, now=now).status
        if status == ContactRequest.Status.UNREACHED:
            return THIRD_TRY
    elif kind == VISIT:
        log_visit_call(pk, outcome, note=note, by=by, now=now)
        if outcome == CallAttempt.Outcome.REACHED:
            return "Confirmed."
    elif log_task_call(pk, outcome, note=note, by=by, now=now).done_at:
        return "Written down. It is off the queue."
    return "Written down."


def _changed(request: HttpRequest, act: Callable[[], str], kind: str, pk: int) -> HttpResponse:
    """Acts, and says what came of it: in the panel it closes, else back to where it was asked."""
    try:
        said = act()
    except Refusal as refusal:
        return _refused(request, kind, pk, refusal)
    except ObjectDoesNotExist:
        raise Http404 from None
    nudge()
    if htmx_asks(request):
        return tell(HttpResponse(), said, close=True)
    messages.success(request, said)
    return redirect(_page(kind, pk))


def _refused(request: HttpRequest, kind: str, pk: int, refusal: Refusal) -> HttpResponse:
    if htmx_asks(request):
        words = staff_words(refusal)
        return _show_form(request, LogForm(), kind, pk, status=409, refused=words)
    return refuse(request, refusal, _page(kind, pk))


def _show_form(
    request: HttpRequest, form: LogForm, kind: str, pk: int, *, status: int, refused: str = ""
) -> HttpResponse:
    visit = None if kind == REQUEST else _visit(kind, pk)
    asked = get_object_or_404(ContactRequest, pk=pk) if kind == REQUEST else None
    patients_viewed([visit.patient_id if visit else None, asked.patient_id if asked else None])
    typed = (visit.held_details or {}) if visit else {}
    patient = visit.patient if visit else None
    context = {
        "form": form,
        "kind": kind,
        "pk": pk,
        "refused": refused,
        "name": asked.name if asked else patient.name if patient else typed.get("name", ""),
    }
    return show_part_or_page(
        request, "staff/calls/_log.html", "staff/calls/log.html", context, status=status
    )


def _visit(kind: str, pk: int) -> Appointment:
    """The appointment that a task or a visit's call is about; 404 for anything else."""
    if kind == VISIT:
        return get_object_or_404(Appointment.objects.select_related("patient"), pk=pk)
    tasks = StaffTask.objects.select_related("appointment__patient")
    task = get_object_or_404(tasks, pk=pk, kind__in=CALLS)
    if task.appointment is None:
        raise Http404
    return task.appointment


def _page(kind: str, pk: int) -> str:
    return f"/staff/calls/{pk}/" if kind == REQUEST else "/staff/calls/"


def _back(request: HttpRequest, words: str, *, wrong: bool = False) -> HttpResponse:
    """The list as it is now, which says so; without htmx, where they came from."""
    if htmx_asks(request):
        return tell(list_part(request), words, changed=False)
    (messages.error if wrong else messages.success)(request, words)
    return redirect("/staff/calls/")
