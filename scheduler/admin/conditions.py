"""Editing conditions and their pages. A change to the words takes the clinicians' approval away."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from scheduler.admin.rows import RowsAdmin
from scheduler.clinic.models import Condition, ConditionSection, ConditionText

WAITS = (
    "The page's text and its two notices wait for the approval of the clinic's clinicians. "
    "Don't go live before they have given it; then enter who approved it, and when."
)
WITHDRAWN = (
    "The words changed, so the clinicians' approval is withdrawn: ask them to look at them again."
)


@admin.register(Condition)
class ConditionAdmin(RowsAdmin):
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    list_display = ["slug", "published", "has_approval", "reviewed_by", "reviewed_on"]
    list_filter = ["published"]
    search_fields = ["slug", "texts__name"]
    readonly_fields = ["approval", "pages"]
    fieldsets = [
        (None, {"fields": ["slug", "published", "external_url", "pages"]}),
        ("Clinicians' approval", {"fields": ["approval", "reviewed_by", "reviewed_on"]}),
    ]

    @admin.display(boolean=True, description="approved")
    def has_approval(self, condition: Condition) -> bool:
        return condition.is_reviewed

    @admin.display(description="state")
    def approval(self, condition: Condition) -> str:
        return "Approved." if condition.is_reviewed else WAITS

    @admin.display(description="texts")
    def pages(self, condition: Condition) -> SafeString | str:
        """The condition's texts, each a link to its editor: one inline can't hold another."""
        if condition.pk is None:
            return "Save first; then add a text for each language."
        editor = "admin:scheduler_conditiontext_change"
        rows = ((reverse(editor, args=[text.pk]), text) for text in condition.texts.all())
        listed = format_html_join(", ", '<a href="{}">{}</a>', rows)
        return listed or "None yet."

    def save_model(
        self, request: HttpRequest, obj: Condition, form: "ModelForm[Condition]", change: bool
    ) -> None:
        obj.updated_at = timezone.now()
        if not change:
            obj.created_at = obj.updated_at
        super().save_model(request, obj, form, change)
        if obj.published and not obj.is_reviewed:
            messages.warning(request, WAITS)


class SectionInline(admin.StackedInline):  # type: ignore[type-arg]
    model = ConditionSection
    extra = 0


@admin.register(ConditionText)
class ConditionTextAdmin(RowsAdmin):
    list_display = ["name", "language", "condition", "has_approval"]
    list_filter = ["language"]
    search_fields = ["name", "other_names"]
    list_select_related = ["condition"]
    readonly_fields = ["approval"]
    fields = [
        "condition",
        "language",
        "approval",
        "name",
        "other_names",
        "summary",
        "emergency_notice",
        "everyone_notice",
    ]
    inlines = [SectionInline]

    @admin.display(boolean=True, description="approved")
    def has_approval(self, text: ConditionText) -> bool:
        return text.condition.is_reviewed

    @admin.display(description="clinicians' approval")
    def approval(self, text: ConditionText) -> str:
        if text.pk is None or not text.condition.is_reviewed:
            return WAITS
        condition = text.condition
        return format_html("By {} on {}.", condition.reviewed_by, condition.reviewed_on)

    def save_related(
        self,
        request: HttpRequest,
        form: Any,
        formsets: "list[BaseModelFormSet[Any, Any]]",
        change: bool,
    ) -> None:
        super().save_related(request, form, formsets, change)
        if form.has_changed() or any(formset.has_changed() for formset in formsets):
            self._withdraw_approval(request, form.instance.condition)

    def _withdraw_approval(self, request: HttpRequest, condition: Condition) -> None:
        if condition.is_reviewed:
            condition.reviewed_by, condition.reviewed_on = "", None
            messages.warning(request, WITHDRAWN)
        condition.updated_at = timezone.now()
        condition.save()
