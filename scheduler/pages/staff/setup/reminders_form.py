"""The forms of reminders: when each goes and by which way, and a booking to try them on."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from operator import itemgetter
from typing import Any

from django import forms
from django.conf import settings

from scheduler.clinic.models import Clinic, ReminderRule, VisitType
from scheduler.clinic.time_format import time_in_words
from scheduler.messaging.delivery.check import REMINDERS_A_WEEK
from scheduler.messaging.reminders.example_booking import ExampleBooking
from scheduler.pages.fields import DayField
from scheduler.pages.staff.time_off.form import DateInput, TimeInput

DAYS, HOURS = "days", "hours"
MOST_DAYS, MOST_HOURS, MOST_RULES = 60, 6, 8
A_WEEK = 7


class RuleForm(forms.Form):
    """One reminder. A time of day goes with days; hours count from the visit's own time."""

    number = forms.IntegerField(
        label="How many",
        min_value=1,
        max_value=MOST_DAYS,
        widget=forms.NumberInput({"class": "usa-input", "min": 1, "max": MOST_DAYS}),
        error_messages={
            "required": "Give a number of days or hours.",
            "invalid": "Give a whole number of days or hours.",
            "min_value": "Give at least 1.",
            "max_value": f"At most {MOST_DAYS} days before.",
        },
    )
    unit = forms.ChoiceField(
        label="Days or hours",
        choices=[(DAYS, "days before"), (HOURS, "hours before")],
        initial=DAYS,
        widget=forms.Select({"class": "usa-select"}),
    )
    at = forms.TimeField(
        label="Time of day",
        required=False,
        widget=TimeInput(),
        error_messages={"invalid": "Give a time of day, such as 10:00 AM."},
    )
    by_text = forms.BooleanField(label="Text", required=False, initial=True)
    by_mail = forms.BooleanField(label="Mail", required=False, initial=True)
    active = forms.BooleanField(label="On", required=False, initial=True)

    def __init__(self, *args: Any, clinic: Clinic, **options: Any) -> None:
        super().__init__(*args, **options)
        self.clinic = clinic

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if typed.get("unit") == HOURS and (typed.get("number") or 0) > MOST_HOURS:
            self.add_error("number", f"At most {MOST_HOURS} hours before; else give days.")
        if typed.get("unit") == DAYS and "at" in typed:
            self._clean_hour(typed["at"])
        if not (typed.get("by_text") or typed.get("by_mail")):
            self.add_error("by_text", "Choose text, mail or both. To send none, switch it off.")
        return typed

    def _clean_hour(self, at: time | None) -> None:
        opens, closes = self.clinic.messages_from, self.clinic.messages_until
        if at is None:
            self.add_error("at", "Give a time of day, such as 10:00 AM.")
        elif not opens <= at < closes:
            hours = f"from {time_in_words(opens)} until {time_in_words(closes)}"
            self.add_error("at", f"Reminders leave {hours}: choose a time in these hours.")

    def rule(self) -> ReminderRule:
        """What was typed, unsaved. What is due before texts may leave that day is left out."""
        typed = self.cleaned_data
        number, by_days = typed["number"], typed["unit"] == DAYS
        unit = DAYS if by_days else HOURS
        return ReminderRule(
            name=f"{number}-{unit if number > 1 else unit[:-1]}",
            days_before=number if by_days else None,
            at=typed["at"] if by_days else None,
            hours_before=None if by_days else number,
            not_before=None if by_days else self.clinic.messages_from,
            by_text=typed["by_text"],
            by_mail=typed["by_mail"],
            active=typed["active"],
        )


class BaseRules(forms.BaseFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        """At most one reminder a day, and of texts as many a week as may leave for a patient."""
        days: dict[int, RuleForm] = {}
        for form in self.kept():
            day = form.cleaned_data["number"] if form.cleaned_data["unit"] == DAYS else 0
            if day in days:
                which = f"{day} day{'s' if day > 1 else ''} before" if day else "on the day itself"
                form.add_error("number", f"There is another reminder {which}. One a day is enough.")
            days.setdefault(day, form)
        texted = sorted(
            (
                (day, form)
                for day, form in days.items()
                if form.cleaned_data["by_text"] and form.cleaned_data["active"]
            ),
            key=itemgetter(0),
        )
        for (first, _), (last, form) in zip(texted, texted[REMINDERS_A_WEEK:], strict=False):
            if last - first <= A_WEEK:
                form.add_error(
                    "by_text",
                    f"No more than {REMINDERS_A_WEEK} texts in {A_WEEK} days: the fourth would not "
                    "be sent. Take text off here or off another.",
                )
                break

    def kept(self) -> list[RuleForm]:
        """The reminders that were typed right and are not taken away."""
        return [
            form
            for form in self.forms
            if form.is_valid() and "number" in form.cleaned_data and not form.cleaned_data["DELETE"]
        ]

    def rules(self) -> list[ReminderRule]:
        return [form.rule() for form in self.kept()]


RuleFormSet = forms.formset_factory(
    RuleForm,
    formset=BaseRules,
    extra=1,
    can_delete=True,
    max_num=MOST_RULES,
    validate_max=True,
    absolute_max=MOST_RULES + 1,
)


def as_typed(rule: ReminderRule) -> dict[str, Any]:
    by_days = rule.days_before is not None
    return {
        "number": rule.days_before if by_days else rule.hours_before,
        "unit": DAYS if by_days else HOURS,
        "at": rule.at,
        "by_text": rule.by_text,
        "by_mail": rule.by_mail,
        "active": rule.active,
    }


class ExampleForm(forms.Form):
    """A booking that nobody made; days and times are the clinic's."""

    visit_type = forms.ModelChoiceField(
        VisitType.objects.filter(active=True),
        label="Visit type",
        widget=forms.Select({"class": "usa-select"}),
        empty_label=None,
    )
    booked_on = DayField(label="Booked on", widget=DateInput())
    booked_at = forms.TimeField(label="Booked at", widget=TimeInput())
    visit_on = DayField(label="Day of the visit", widget=DateInput())
    visit_at = forms.TimeField(label="Time of the visit", widget=TimeInput())
    agreed_texts = forms.BooleanField(label="They agreed to texts", required=False)
    agreed_mail = forms.BooleanField(label="They agreed to mail", required=False)
    language = forms.ChoiceField(
        label="Language", choices=settings.LANGUAGES, widget=forms.Select({"class": "usa-select"})
    )

    def __init__(
        self, typed: Mapping[str, Any] | None, *, clinic: Clinic, visit_type: VisitType | None
    ) -> None:
        super().__init__(typed, prefix="example")
        self.clinic, self.of_type = clinic, visit_type
        if visit_type is not None:
            del self.fields["visit_type"]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        booked, visit = self._instant("booked"), self._instant("visit")
        if booked and visit and visit <= booked:
            self.add_error("visit_on", "The visit comes after the booking.")
        return typed

    def _instant(self, what: str) -> datetime | None:
        day, at = self.cleaned_data.get(f"{what}_on"), self.cleaned_data.get(f"{what}_at")
        if day is None or at is None:
            return None
        zone = self.clinic.zone
        shown = datetime.combine(day, at, tzinfo=zone)
        if shown.astimezone(UTC).astimezone(zone).time() != at:
            self.add_error(f"{what}_at", "The clock skips that time on that day.")
            return None
        return shown

    def example(self) -> ExampleBooking:
        typed = self.cleaned_data
        booked, visit = self._instant("booked"), self._instant("visit")
        if booked is None or visit is None:
            raise ValueError("an example that was typed right")
        return ExampleBooking(
            visit_type=self.of_type or typed["visit_type"],
            booked_at=booked,
            starts_at=visit,
            by_text=typed["agreed_texts"],
            by_mail=typed["agreed_mail"],
            language=typed["language"],
        )


def usual_example(clinic: Clinic, visit_type: VisitType | None, *, now: datetime) -> dict[str, Any]:
    """What the form starts with: booked today at 10:00 for a weekday after the next week."""
    today = now.astimezone(clinic.zone).date()
    first = visit_type or VisitType.objects.filter(active=True).first()
    return {
        "example-visit_type": first.pk if first else "",
        "example-booked_on": today.isoformat(),
        "example-booked_at": "10:00",
        "example-visit_on": _weekday(today + timedelta(days=8)).isoformat(),
        "example-visit_at": "14:00",
        "example-agreed_texts": "on",
        "example-agreed_mail": "on",
        "example-language": "en",
    }


def _weekday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0)
