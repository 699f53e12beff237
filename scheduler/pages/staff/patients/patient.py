"""One patient's page: who they are, how they may be reached, their visits, messages and notes."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from scheduler.accounts.access import may, visible_patients
from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.clinic.current import current_clinic
from scheduler.core.refusal import Refusal
from scheduler.frontdesk.patient_record import address_records, patient_record
from scheduler.messaging.consent.by_staff import take_consent, withdraw_consent
from scheduler.messaging.consent.lift_opt_out import lift_pause
from scheduler.messaging.consent.wordings import MAILS, WORDINGS
from scheduler.pages.staff.calendar.appointment import opened_by
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.messages.words import shown, why
from scheduler.pages.staff.patients.consent_form import ConsentForm
from scheduler.pages.staff.patients.forms import NoteForm, PatientForm
from scheduler.pages.staff.refuse import refuse
from scheduler.pages.staff.show_page import show_page
from scheduler.patients.add_note import add_note
from scheduler.patients.change import change_patient
from scheduler.patients.models import Patient
from tasks.nudge import nudge

PatientView = Callable[[HttpRequest, Patient], HttpResponse]
MESSAGES_SHOWN = 100


def of_patient(view: PatientView) -> Callable[[HttpRequest, int], HttpResponse]:
    """Calls `view(request, patient)` with one whom the user may see; 404 for anybody else.

    The page of somebody who was merged leads on to who was kept.
    """

    @wraps(view)
    def found(request: HttpRequest, pk: int) -> HttpResponse:
        known = Patient.objects.filter(pk=pk).only("merged_into").first()
        kept = known.merged_into_id or known.pk if known else pk
        patient = visible_patients(request.user).filter(pk=kept).first()
        if patient is None:
            raise Http404
        patients_viewed([patient.pk])
        if patient.pk != pk:
            return redirect("staff-patient", patient.pk)
        return view(request, patient)

    return found


@require_safe
@staff(Right.SEE_PATIENTS, Right.SEE_OWN_DAY)
@of_patient
def page(request: HttpRequest, patient: Patient) -> HttpResponse:
    return _page(request, patient)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Right.SEE_PATIENTS)
@of_patient
def edit(request: HttpRequest, patient: Patient) -> HttpResponse:
    """GET shows the details in a form, POST changes them."""
    form = PatientForm.of(patient, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            change_patient(patient.pk, form.details(), now=timezone.now())
        except Refusal as refusal:
            return refuse(request, refusal, "staff-patient", patient.pk)
        nudge()
        messages.success(request, "The details are changed.")
        return redirect("staff-patient", patient.pk)
    context = {"form": form, "patient": patient}
    status = 422 if form.errors else 200
    return show_page(request, "staff/patients/edit.html", context, status=status)


@require_POST
@staff(Right.SEE_PATIENTS)
@of_patient
def note(request: HttpRequest, patient: Patient) -> HttpResponse:
    """POST adds the note `text`."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, patient, note_form=form, status=422)
    add_note(patient, form.cleaned_data["text"], by=request.user.pk or 0, now=timezone.now())
    messages.success(request, "The note is added.")
    return redirect("staff-patient", patient.pk)


@require_POST
@staff(Right.SEE_PATIENTS)
@of_patient
def consent(request: HttpRequest, patient: Patient) -> HttpResponse:
    """POST records what they say about being written to at an address of theirs."""
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return _page(request, patient, consent_form=form, status=422)
    given = form.cleaned_data
    if (given["channel"], given["address"]) not in {
        (one.channel, one.address) for one in address_records(patient, patient.contacts.all())
    }:
        raise Http404
    try:
        _record(given, cast(User, request.user))
    except Refusal as refusal:
        return refuse(request, refusal, "staff-patient", patient.pk)
    nudge()
    messages.success(request, "That is written down.")
    return redirect("staff-patient", patient.pk)


def _record(given: dict[str, Any], by: User) -> None:
    where, now = (given["channel"], given["address"]), timezone.now()
    match given["answer"]:
        case "agreed":
            take_consent(*where, language=given["language"], by=by, now=now)
        case "withdrawn":
            withdraw_consent(*where, language=given["language"], by=by, now=now)
        case _:
            lift_pause(*where, by=by, now=now)


def _page(
    request: HttpRequest, patient: Patient, *, status: int = 200, **forms: Any
) -> HttpResponse:
    record = patient_record(patient, now=timezone.now())
    for standing in record.standings:
        standing.unusable = why("", standing.unusable)
    tz = current_clinic().zone
    opens = opened_by(request.user).filter(patient=patient)
    context = {
        "patient": patient,
        "record": record,
        "messages_shown": [shown(message, tz) for message in record.messages[:MESSAGES_SHOWN]],
        "texts_shown": record.texts[:MESSAGES_SHOWN],
        "opens": set(opens.values_list("pk", flat=True)),
        "wordings": WORDINGS,
        "mail_wordings": MAILS.words,
        "note_form": NoteForm(),
        "may_change": may(request.user, Right.SEE_PATIENTS),
        "may_book": may(request.user, Right.BOOK),
        "may_merge": may(request.user, Right.MERGE_PATIENTS),
        "may_see_audit_log": may(request.user, Right.SEE_AUDIT_LOG),
        **forms,
    }
    return show_page(request, "staff/patients/patient.html", context, status=status)
