"""Who works when and where, and what can be booked."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from scheduler.admin.forms import (
    DAYS,
    ClinicForm,
    OpenHolidayForm,
    TimeOffForm,
    VisitTypeForm,
    refuse_closing_again,
)
from scheduler.admin.rows import RowsAdmin
from scheduler.clinic.current import this_clinic
from scheduler.clinic.models import (
    Clinic,
    OpenHoliday,
    Provider,
    Room,
    TimeOff,
    VisitType,
    VisitTypeRoom,
    WeeklyHours,
)
from scheduler.closures.time_off import lock_hours

admin.site.site_header = "Clinic set-up"
admin.site.site_title = "Clinic set-up"
admin.site.index_title = "What would you like to set up?"


@admin.register(Clinic)
class ClinicAdmin(RowsAdmin):
    form = ClinicForm
    list_display = ["name", "phone", "time_zone"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not this_clinic().exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Room)
class RoomAdmin(RowsAdmin):
    list_display = ["name", "slug", "active"]
    prepopulated_fields = {"slug": ["name"]}


class VisitTypeRoomInline(admin.TabularInline):  # type: ignore[type-arg]
    model = VisitTypeRoom
    extra = 0


@admin.register(VisitType)
class VisitTypeAdmin(RowsAdmin):
    form = VisitTypeForm
    list_display = ["name", "duration_minutes", "booking", "audience", "daily_cap", "active"]
    list_filter = ["booking", "active"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [VisitTypeRoomInline]
    fieldsets = [
        (None, {"fields": ["name", "name_es", "slug", "position", "active"]}),
        ("Who books it", {"fields": ["booking", "audience", "referral", "by_phone"]}),
        (
            "Minutes",
            {
                "fields": [
                    "duration_minutes",
                    "buffer_before_minutes",
                    "buffer_after_minutes",
                    "grid_minutes",
                    "arrive_early_minutes",
                ]
            },
        ),
        (
            "When it can be booked",
            {
                "fields": [
                    "notice_business_days",
                    "notice_minutes",
                    "horizon_days",
                    "daily_cap",
                    "move_cutoff_minutes",
                ]
            },
        ),
        ("What patients read", {"fields": ["instructions", "instructions_es", "condition"]}),
    ]


class WeeklyHoursInline(admin.TabularInline):  # type: ignore[type-arg]
    model = WeeklyHours
    extra = 0
    formfield_overrides = DAYS


@admin.register(Provider)
class ProviderAdmin(RowsAdmin):
    list_display = ["name", "credentials", "active", "demo"]
    list_filter = ["active", "demo"]
    prepopulated_fields = {"slug": ["name"]}
    filter_horizontal = ["visit_types"]
    inlines = [WeeklyHoursInline]

    def save_model(self, request: HttpRequest, obj: Provider, form: Any, change: bool) -> None:
        # The view's transaction holds the lock until the new hours are committed.
        if change:
            lock_hours([obj.pk])
        super().save_model(request, obj, form, change)


class LocksHours(RowsAdmin):
    """Hours are closed by a form that looks for the visits in the way."""

    formfield_overrides = DAYS

    def _changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Inside the view's transaction: no booking slips in while the form looks for visits."""
        if request.method == "POST":
            lock_hours(None)
        return super()._changeform_view(request, *args, **kwargs)  # type: ignore[misc]


@admin.register(TimeOff)
class TimeOffAdmin(LocksHours):
    form = TimeOffForm
    list_display = ["__str__", "starts", "ends", "reason"]
    list_filter = ["provider", "room"]
    date_hierarchy = "first_day"


@admin.register(OpenHoliday)
class OpenHolidayAdmin(LocksHours):
    form = OpenHolidayForm
    list_display = ["day", "note"]

    def delete_model(self, request: HttpRequest, obj: OpenHoliday) -> None:
        _close_again([obj])
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[OpenHoliday]) -> None:
        _close_again(queryset)
        super().delete_queryset(request, queryset)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._unless_visits_stand(request, super().delete_view, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._unless_visits_stand(request, super().changelist_view, *args, **kwargs)

    def _unless_visits_stand(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """A form could say it beside a field; deleting has none, so the list says it on top."""
        try:
            with transaction.atomic():
                return view(request, *args, **kwargs)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return redirect("admin:scheduler_openholiday_changelist")


def _close_again(holidays: Iterable[OpenHoliday]) -> None:
    lock_hours(None)
    for holiday in holidays:
        refuse_closing_again(holiday.day)
