"""The forms of what decides over times: a provider's weekly hours, a visit type's minutes."""

from typing import Any

from django import forms
from django.db.models import Q

from scheduler.clinic.models import Provider, Room, VisitType, WeeklyHours
from scheduler.pages.fields import DayField
from scheduler.pages.staff.time_off.form import DateInput, TimeInput


class WeeklyHoursForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = WeeklyHours
        field_classes = {"valid_from": DayField, "valid_until": DayField}
        fields = [
            "weekday",
            "opens",
            "closes",
            "valid_from",
            "valid_until",
            "every_n_weeks",
            "room",
            "visit_types",
        ]
        widgets = {
            "weekday": forms.Select({"class": "usa-select"}),
            "opens": TimeInput(),
            "closes": TimeInput(),
            "valid_from": DateInput(),
            "valid_until": DateInput(),
            "every_n_weeks": forms.NumberInput({"class": "usa-input", "min": 1, "max": 12}),
            "room": forms.Select({"class": "usa-select"}),
            "visit_types": forms.CheckboxSelectMultiple,
        }
        labels = {
            "opens": "From",
            "closes": "To",
            "valid_from": "First day",
            "valid_until": "Last day",
            "every_n_weeks": "Every … weeks",
            "room": "Only in this room",
            "visit_types": "Only for",
        }
        help_texts = {"valid_until": "Included.", "every_n_weeks": "", "visit_types": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Q(active=True) | Q(weeklyhours=self.instance.pk or 0)
        self.fields["room"].queryset = Room.objects.filter(here).distinct()  # type: ignore[attr-defined]
        self.fields["visit_types"].queryset = VisitType.objects.filter(here).distinct()  # type: ignore[attr-defined]

    @property
    def more(self) -> str:
        """What is said besides the weekday and the times, in words; "" where nothing is."""
        hours = self.instance
        types = [str(one) for one in hours.visit_types.all()] if hours.pk else []
        said = [
            f"only for {', '.join(types)}" if types else "",
            f"in {hours.room}" if hours.room else "",
            f"every {hours.every_n_weeks} weeks" if hours.every_n_weeks > 1 else "",
            f"from {hours.valid_from:%b %-d, %Y}" if hours.valid_from else "",
            f"until {hours.valid_until:%b %-d, %Y}" if hours.valid_until else "",
        ]
        return "; ".join(filter(None, said))


HoursFormSet = forms.inlineformset_factory(
    Provider, WeeklyHours, form=WeeklyHoursForm, extra=1, can_delete=True
)


class VisitTypeTimesForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = VisitType
        fields = [
            "duration_minutes",
            "buffer_before_minutes",
            "buffer_after_minutes",
            "grid_minutes",
            "notice_business_days",
            "notice_minutes",
            "horizon_days",
            "daily_cap",
            "move_cutoff_minutes",
            "arrive_early_minutes",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            choice = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "usa-select" if choice else "usa-input"
