"""Who works when and where, and what can be booked."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from scheduler.actions.take_time_off import lock_hours
from scheduler.admin.forms import ClinicForm, TimeOffForm
from scheduler.models import (
    Clinic,
    OpenHoliday,
    Provider,
    ReminderRule,
    Room,
    TimeOff,
    VisitType,
    VisitTypeRoom,
    WeeklyHours,
)

admin.site.site_header = "Clinic set-up"
admin.site.site_title = "Clinic set-up"
admin.site.index_title = "What would you like to set up?"


@admin.register(Clinic)
class ClinicAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = ClinicForm
    list_display = ["name", "phone", "time_zone"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not Clinic.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Room)
class RoomAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "slug", "active"]
    prepopulated_fields = {"slug": ["name"]}


class VisitTypeRoomInline(admin.TabularInline):  # type: ignore[type-arg]
    model = VisitTypeRoom
    extra = 0


class ReminderRuleInline(admin.TabularInline):  # type: ignore[type-arg]
    model = ReminderRule
    extra = 0


@admin.register(VisitType)
class VisitTypeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "duration_minutes", "booking", "audience", "daily_cap", "active"]
    list_filter = ["booking", "active"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [VisitTypeRoomInline, ReminderRuleInline]
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


@admin.register(Provider)
class ProviderAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "credentials", "active", "demo"]
    list_filter = ["active", "demo"]
    prepopulated_fields = {"slug": ["name"]}
    filter_horizontal = ["visit_types"]
    inlines = [WeeklyHoursInline]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        # The view's transaction holds the lock until the new hours are committed.
        lock_hours([form.instance.pk])
        super().save_related(request, form, formsets, change)


@admin.register(TimeOff)
class TimeOffAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = TimeOffForm
    list_display = ["__str__", "starts", "ends", "reason"]
    list_filter = ["provider", "room"]
    date_hierarchy = "first_day"

    def _changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Inside the view's transaction: no booking slips in while the form looks for visits."""
        if request.method == "POST":
            lock_hours(None)
        return super()._changeform_view(request, *args, **kwargs)  # type: ignore[misc]


@admin.register(OpenHoliday)
class OpenHolidayAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["day", "note"]

    def delete_model(self, request: HttpRequest, obj: OpenHoliday) -> None:
        lock_hours(None)
        super().delete_model(request, obj)
