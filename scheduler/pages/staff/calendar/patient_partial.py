"""The part of the quick booking about a patient: their details and who answers, or a new one's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from scheduler.accounts.access import visible_patients
from scheduler.audit.viewed import patients_viewed
from scheduler.booking.models import Appointment
from scheduler.clinic.time_format import in_words
from scheduler.core import parsing
from scheduler.core.status import PATIENT_LIVE
from scheduler.messaging.consent.wordings import WORDINGS
from scheduler.pages.staff.calendar.booking_form import OTHER
from scheduler.pages.staff.calendar.patient_form import PatientForm
from scheduler.pages.staff.person_lines import answering_lines, patient_line
from scheduler.patients.contacts_of import contacts_of, last_interpreter
from scheduler.patients.models import Patient

MOST_COMING = 3


def patient_of(given: str | int | None, request: HttpRequest) -> Patient | None:
    """Whom the id means, if the user may see them; who was merged is another now."""
    number = parsing.number(str(given or ""))
    if number is None:
        return None
    visible = visible_patients(request.user).select_related("merged_into")
    found = visible.filter(pk=number).first()
    return found.merged_into or found if found else None


def who_form(
    patient: Patient | None,
    *,
    data: Mapping[str, Any] | None = None,
    initial: Mapping[str, Any] | None = None,
) -> PatientForm:
    """With what is known of the patient. The one who answered last is chosen, unless the page that
    was sent, in `data` or `initial`, showed this very patient (`known`)."""
    if patient is None:
        return PatientForm(data, patient=None, answering=[], initial=initial)
    answering = contacts_of(patient)
    usual = {
        "q": patient.name,
        "known": str(patient.pk),
        "contact": answering[0].key if answering else OTHER,
        "interpreter": last_interpreter(patient),
    }
    if data is not None:
        data = data if data.get("known") == usual["known"] else usual
    elif initial is None or initial.get("known") != usual["known"]:
        initial = usual
    return PatientForm(data, patient=patient, answering=answering, initial=initial)


def who_context(form: PatientForm, *, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """What `staff/book/_who.html` shows."""
    patient = form.patient
    if patient is None:
        return {"who": form, "wordings": WORDINGS}
    patients_viewed([patient.pk])
    coming = Appointment.objects.filter(
        patient=patient, status__in=PATIENT_LIVE, ends_at__gt=now
    ).select_related("provider")
    return {
        "who": form,
        "patient": patient_line(
            patient.pk, patient.name, patient.date_of_birth, str(patient.phone)
        ),
        "answering": answering_lines(form.answering),
        "coming": [
            (in_words(visit.starts_at, zone, "en"), visit.provider.name)
            for visit in coming.order_by("starts_at")[:MOST_COMING]
        ],
        "wordings": {patient.language: WORDINGS[patient.language]},
    }
