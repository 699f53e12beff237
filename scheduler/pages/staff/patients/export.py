"""One patient's record as a file: JSON for machines, HTML for people, in one ZIP."""

import zipfile
from io import BytesIO

import orjson
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from scheduler.accounts.roles import Right
from scheduler.clinic.current import current_clinic
from scheduler.frontdesk.record_as_data import record_as_data
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.patients.patient import of_patient
from scheduler.patients.models import Patient


@require_safe
@staff(Right.MERGE_PATIENTS)
@of_patient
def export(_request: HttpRequest, patient: Patient) -> HttpResponse:
    clinic = current_clinic()
    now = timezone.now()
    data = record_as_data(patient, zone=clinic.zone, now=now)
    tables = [
        (name, list(rows[0]), [row.values() for row in rows]) for name, rows in data.items() if rows
    ]
    context = {"patient": patient, "tables": tables, "now": now, "clinic": clinic}
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("record.json", orjson.dumps(data, option=orjson.OPT_INDENT_2, default=str))
        file.writestr("record.html", render_to_string("staff/patients/export.html", context))
    response = HttpResponse(content.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="patient-{patient.pk}.zip"'
    return response
