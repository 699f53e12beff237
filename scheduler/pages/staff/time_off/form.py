"""The form of time off, and what staff decide on the visits that are in its way."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django import forms
from django.http import QueryDict

from scheduler.clinic.models import EVERY_DAY, WEEKDAYS, Provider, Room, TimeOff
from scheduler.closures.time_off_over_visits import Decision, Fate
from scheduler.core import parsing
from scheduler.pages.fields import DayField
from scheduler.pages.slot_picker import typed_start

CLINIC = "clinic"


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(attrs={"class": "usa-input"}, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(attrs={"class": "usa-input"}, format="%H:%M")


class TimeOffForm(forms.Form):
    """`scope` is "clinic", "provider-3" or "room-2"; times are the clinic's, both or neither."""

    scope = forms.ChoiceField(label="Who or what", widget=forms.Select({"class": "usa-select"}))
    first_day = DayField(
        label="First day",
        widget=DateInput(),
        error_messages={"required": "Give the first day, such as 11/24/2026."},
    )
    last_day = DayField(
        label="Last day",
        widget=DateInput(),
        help_text="Included. The same day for a single one.",
        error_messages={"required": "Give the last day, such as 11/24/2026."},
    )
    starts = forms.TimeField(label="From", widget=TimeInput(), required=False)
    ends = forms.TimeField(label="To", widget=TimeInput(), required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label="On these weekdays",
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one weekday."},
    )
    reason = forms.CharField(
        label="Reason",
        max_length=100,
        required=False,
        widget=forms.TextInput({"class": "usa-input"}),
        help_text="For staff, such as: conference. Patients don't see it.",
    )

    def __init__(self, typed: QueryDict | None = None, *, time_off: TimeOff) -> None:
        self.time_off = time_off
        super().__init__(typed, initial=_initial(time_off))
        scope = cast(forms.ChoiceField, self.fields["scope"])
        scope.choices = [
            (CLINIC, "The whole clinic"),
            ("Providers", [(f"provider-{p.pk}", str(p)) for p in _providers(time_off)]),
            ("Rooms", [(f"room-{room.pk}", str(room)) for room in _rooms(time_off)]),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and first > last:
            self.add_error("last_day", "The last day must not come before the first.")
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if (starts is None) != (ends is None) and not {"starts", "ends"} & set(self.errors):
            self.add_error("ends", "Give both times, or neither for whole days.")
        if starts and ends and starts >= ends:
            self.add_error("ends", "The time off must end after it begins, on the same day.")
        return cleaned

    def wanted(self) -> TimeOff:
        """The time off as it was typed, not saved."""
        typed = self.cleaned_data
        kind, _, pk = typed["scope"].partition("-")
        found = TimeOff(
            pk=self.time_off.pk,
            provider_id=int(pk) if kind == "provider" else None,
            room_id=int(pk) if kind == "room" else None,
            weekdays=sum(1 << day for day in typed["weekdays"]),
            **{name: typed[name] for name in ("first_day", "last_day", "starts", "ends", "reason")},
        )
        found._state.adding = self.time_off._state.adding
        return found


def _initial(time_off: TimeOff) -> dict[str, Any]:
    scope = CLINIC
    if time_off.provider_id:
        scope = f"provider-{time_off.provider_id}"
    elif time_off.room_id:
        scope = f"room-{time_off.room_id}"
    mask = time_off.weekdays or EVERY_DAY
    names = ("first_day", "last_day", "starts", "ends", "reason")
    return {
        "scope": scope,
        "weekdays": [day for day, _ in WEEKDAYS if mask >> day & 1],
        **{name: getattr(time_off, name) for name in names},
    }


def _providers(time_off: TimeOff) -> list[Provider]:
    """Who may be named: the active ones, and whose it is already."""
    found = Provider.objects.filter(active=True) | Provider.objects.filter(
        pk=time_off.provider_id or 0
    )
    return list(found)


def _rooms(time_off: TimeOff) -> list[Room]:
    return list(Room.objects.filter(active=True) | Room.objects.filter(pk=time_off.room_id or 0))


def decisions_of(form: Mapping[str, str], now: datetime) -> dict[int, Decision]:
    """`fate-<id>`, `version-<id>` and `to-<id>` ("start|provider") by appointment id; what is no
    decision is left out."""
    found = {}
    for name, value in form.items():
        kind, _, pk = name.partition("-")
        visit, version = parsing.number(pk), parsing.number(form.get(f"version-{pk}"))
        if kind != "fate" or value not in set(Fate) or visit is None or version is None:
            continue
        start, _, provider = form.get(f"to-{pk}", "").partition("|")
        found[visit] = Decision(Fate(value), version, typed_start(start, now), provider or None)
    return found
