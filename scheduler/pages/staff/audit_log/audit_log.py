"""The audit log on a page and as a file: by patient, by person, by period, and by words."""

import csv
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from scheduler.accounts.roles import Right
from scheduler.audit.viewed import audit_log_viewed, patients_viewed
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Clinic
from scheduler.core.csv_safe import safe_row
from scheduler.frontdesk.audit_log import Entry, audit_log
from scheduler.frontdesk.audit_log_sql import AuditLogQuery
from scheduler.frontdesk.find_patients import find_patients
from scheduler.pages.fields import DayField
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.show_page import show_page
from scheduler.patients.models import Patient

A_PAGE = 50
# More than a person reads; a longer time is exported in parts.
A_FILE = 20_000
DAYS = 7
COLUMNS = ("when", "who", "did", "what", "patients", "field", "before", "after", "route")


class TrailForm(forms.Form):
    """Days are the clinic's, both included; `about` is typed and leads to a patient."""

    since = DayField(label="From", required=False)
    until = DayField(label="To", required=False)
    user = forms.ModelChoiceField(
        get_user_model()._default_manager.order_by("username"), label="Who", required=False
    )
    patient = forms.ModelChoiceField(Patient.objects.all(), required=False)
    words = forms.CharField(label="Words", required=False, max_length=100)
    about = forms.CharField(label="Patient", required=False, max_length=100)
    page = forms.IntegerField(required=False, min_value=1, max_value=1000)

    def asked(self, clinic: Clinic, *, now: datetime) -> AuditLogQuery:
        """What is not given, or is not right, is the last seven days and everybody."""
        given = self.cleaned_data
        today = now.astimezone(clinic.zone).date()
        until: date = given.get("until") or today
        since: date = given.get("since") or until - timedelta(days=DAYS - 1)
        user, patient = given.get("user"), given.get("patient")
        return AuditLogQuery(
            since=datetime.combine(since, time(), clinic.zone),
            until=datetime.combine(until + timedelta(days=1), time(), clinic.zone),
            user=user.pk if user else None,
            patient=(patient.merged_into_id or patient.pk) if patient else None,
            words=given.get("words", ""),
        )


@require_safe
@staff(Right.SEE_AUDIT_LOG)
def page(request: HttpRequest) -> HttpResponse:
    form, asked, clinic = _asked(request)
    number = form.cleaned_data.get("page") or 1
    found = audit_log(asked, zone=clinic.zone, limit=A_PAGE + 1, offset=(number - 1) * A_PAGE)
    entries, more = found[:A_PAGE], len(found) > A_PAGE
    about = form.cleaned_data.get("about", "")
    matches = find_patients(about, request.user) if about else []
    patient = form.cleaned_data.get("patient")
    patients_viewed([asked.patient, *(one.id for one in matches)])
    audit_log_viewed(_said(asked, page=number))
    query = request.GET.copy()
    query.pop("page", None)
    context: dict[str, Any] = {
        "form": form,
        "asked": asked,
        "last_day": asked.until - timedelta(days=1),
        "entries": entries,
        "patient": patient,
        "matches": matches,
        "number": number,
        "more": more,
        "query": query.urlencode(),
        "without_patient": urlencode([(k, v) for k, v in query.items() if k != "patient"]),
    }
    return show_page(
        request, "staff/audit_log/audit_log.html", context, status=422 if form.errors else 200
    )


@require_safe
@staff(Right.SEE_AUDIT_LOG)
def export(request: HttpRequest) -> HttpResponse:
    """The same as a CSV file, a line for each field that changed."""
    _, asked, clinic = _asked(request)
    entries = audit_log(asked, zone=clinic.zone, limit=A_FILE)
    patients_viewed([asked.patient])
    audit_log_viewed(_said(asked))
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="trail.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerows(safe_row(line) for line in _lines(entry, clinic))
    return response


def _asked(request: HttpRequest) -> tuple[TrailForm, AuditLogQuery, Clinic]:
    clinic = current_clinic()
    form = TrailForm(request.GET)
    form.is_valid()
    return form, form.asked(clinic, now=timezone.now()), clinic


def _said(asked: AuditLogQuery, **more: Any) -> dict[str, Any]:
    """What was asked, as it goes in the audit log: days, a user's id, words; what is empty is
    not."""
    last_day = asked.until - timedelta(days=1)
    said = {
        "since": asked.since.date().isoformat(),
        "until": last_day.date().isoformat(),
        "user": asked.user,
        "words": asked.words,
        **more,
    }
    return {name: value for name, value in said.items() if value}


def _lines(entry: Entry, clinic: Clinic) -> list[list[str]]:
    at = entry.at.astimezone(clinic.zone).isoformat(timespec="seconds")
    patients = [f"{name} ({pk})" for pk, name in entry.patients.items()]
    if entry.unnamed:
        patients.append(f"and {entry.unnamed} more")
    start = [at, entry.who, entry.did, entry.what, "; ".join(patients)]
    changed = [(one.field, one.before, one.after) for one in entry.changes] or [("", "", "")]
    return [[*start, *change, entry.route] for change in changed]
