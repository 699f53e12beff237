"""What somebody on the phone wishes of a time, as a form."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS_ABBR

from scheduler.availability.free_time import AFTERNOON, ANY, MORNING
from scheduler.availability.visit_rules import STAFF_HORIZON_DAYS
from scheduler.pages.fields import DayField
from scheduler.pages.staff.calendar.booking_form import StaffForm, providers, select, visit_types

A_DAY = "day"
# Each begins with its number: who types it has chosen it.
NOT_BEFORE = [
    ("0", "As soon as possible"),
    *(
        (str(weeks), f"{weeks} week{'s' if weeks > 1 else ''} from now")
        for weeks in (1, 2, 4, 6, 12)
    ),
    (A_DAY, "From a day on…"),
]
PARTS = [(ANY, "Any time of day"), (MORNING, "Mornings only"), (AFTERNOON, "Afternoons only")]


class FindForm(StaffForm):
    """Everything but the kind of visit has an answer already. `day` counts where it is chosen."""

    visit_type = select([], label="Kind of visit")
    weeks = select(NOT_BEFORE, label="Not before")
    day = DayField(
        label="Day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "usa-input"}),
        error_messages={"invalid": "Give a day."},
    )
    part = select(PARTS, label="Time of day")
    provider = select([], label="With", required=False)
    weekday = forms.TypedMultipleChoiceField(
        label="Only on",
        choices=list(WEEKDAYS_ABBR.items()),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "usa-checkbox__input"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["visit_type"].choices = visit_types()  # type: ignore[attr-defined]
        self.fields["provider"].choices = providers()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if typed.get("weeks") == A_DAY and not typed.get("day") and "day" not in self.errors:
            self.add_error("day", "Give a day.")
        return typed

    def since(self, today: date) -> date:
        """The first local day, no earlier than today and no later than staff may book."""
        weeks = self.cleaned_data["weeks"]
        wanted: date = (
            self.cleaned_data["day"] if weeks == A_DAY else today + timedelta(weeks=int(weeks))
        )
        return min(max(wanted, today), today + timedelta(days=STAFF_HORIZON_DAYS))
