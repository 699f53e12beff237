"""Forms that say what would be right, and that know what stands in the way."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from scheduler.booking.models import Appointment
from scheduler.clinic.current import current_clinic
from scheduler.clinic.holidays import federal_holidays_between
from scheduler.clinic.models import (
    EVERY_DAY,
    MONDAY_TO_FRIDAY,
    WEEKDAYS,
    Clinic,
    OpenHoliday,
    TimeOff,
    VisitType,
)
from scheduler.closures.time_off import visits_in_the_way
from scheduler.core import parsing
from scheduler.core.status import LIVE
from scheduler.messaging.number_to_call import number_to_call

SHOWN = 10


def of_the_calendar(day: date) -> None:
    """Raises ValidationError for a day from which no week could be counted."""
    if parsing.in_calendar(day) is None:
        raise ValidationError("Give a day of this century.", code="calendar")


DAYS: "dict[type[models.Field[Any, Any]], dict[str, Any]]" = {
    models.DateField: {"validators": [of_the_calendar]}
}


class WeekdaysField(forms.TypedMultipleChoiceField):
    """A bit mask as seven boxes, Monday first."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=WEEKDAYS,
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "Tick at least one weekday."},
            **kwargs,
        )

    def clean(self, value: Any) -> int:
        return sum(1 << day for day in super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return [day for day, _ in WEEKDAYS if value >> day & 1]
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return sorted(map(str, self.prepare_value(initial) or [])) != sorted(data or [])


class ClinicForm(forms.ModelForm):  # type: ignore[type-arg]
    business_days = WeekdaysField(
        initial=MONDAY_TO_FRIDAY, help_text="The days that count as notice."
    )

    class Meta:
        model = Clinic
        fields = "__all__"


class VisitTypeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A type becomes a call only where every coming visit of it has a number to call."""

    class Meta:
        model = VisitType
        fields = "__all__"

    def clean_by_phone(self) -> bool:
        by_phone = bool(self.cleaned_data["by_phone"])
        if by_phone and self.instance.pk and "by_phone" in self.changed_data:
            coming = Appointment.objects.filter(
                visit_type=self.instance.pk, status__in=LIVE, starts_at__gt=timezone.now()
            ).select_related("contact", "patient")
            lacking = [one.reference for one in coming if not number_to_call(one)]
            if lacking:
                named = ", ".join(lacking[:SHOWN])
                raise ValidationError(f"These coming visits have no number to call: {named}.")
        return by_phone


class TimeOffForm(forms.ModelForm):  # type: ignore[type-arg]
    weekdays = WeekdaysField(
        initial=EVERY_DAY, help_text="Of the days from the first to the last, only these."
    )

    class Meta:
        model = TimeOff
        fields = "__all__"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        wanted = TimeOff(**{**cleaned, "id": self.instance.pk})
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and first <= last:
            refuse_over_visits(wanted)
        return cleaned


class OpenHolidayForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = OpenHoliday
        fields = "__all__"

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if self.instance.pk and day != self.instance.day:
            refuse_closing_again(self.instance.day)
        return day


def refuse_closing_again(holiday: date) -> None:
    """Raises a ValidationError that lists the coming visits of a holiday that was open so far."""
    if federal_holidays_between(holiday, holiday):
        refuse_over_visits(TimeOff(first_day=holiday, last_day=holiday))


def refuse_over_visits(time_off: TimeOff) -> None:
    """Raises a ValidationError that lists the coming visits the time off would close over."""
    in_the_way = visits_in_the_way(time_off, now=timezone.now())
    if not in_the_way:
        return
    tz = current_clinic().zone
    listed = [
        f"{visit.starts_at.astimezone(tz):%a %b %d, %H:%M} {visit.provider} ({visit.reference})"
        for visit in in_the_way[:SHOWN]
    ]
    more = len(in_the_way) - len(listed)
    raise ValidationError(
        [
            f"{len(in_the_way)} booked visits are in the way. Move or cancel them first:",
            *listed,
            *([f"and {more} more"] if more else []),
        ],
        code="visits-in-the-way",
    )
