"""Whatever the admin shows of patients is in the audit log: lists, searches and single pages."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from scheduler.admin.rows import RowsAdmin
from scheduler.audit.viewed import patients_viewed
from scheduler.core import parsing
from scheduler.patients.models import Patient


class RecordsViews(RowsAdmin):
    """`patient_path` leads from a row to its patient, `number_path` to a number or mail address
    that patients may have; empty where there is none."""

    patient_path = ""
    number_path = ""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        found = getattr(response, "context_data", None) or {}
        if "cl" in found:
            self._show(row.pk for row in found["cl"].result_list)
        return response

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> Any:
        self._show_one(object_id)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        self._show_one(object_id)
        return super().history_view(request, object_id, extra_context)

    def _show_one(self, object_id: str | None) -> None:
        number = parsing.number(object_id)
        if number is not None:
            self._show([number])

    def _show(self, ids: Iterable[int]) -> None:
        rows = self.model._default_manager.filter(pk__in=list(ids))
        if self.patient_path:
            patients_viewed(rows.values_list(self.patient_path, flat=True))
        if self.number_path:
            numbers = {str(one) for one in rows.values_list(self.number_path, flat=True) if one}
            has_it = Q(phone__in=numbers) | Q(email__in=numbers)
            patients_viewed(Patient.objects.filter(has_it).values_list("pk", flat=True))
