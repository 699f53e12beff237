"""The quick booking's two halves: when and what, and who."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from scheduler.clinic.models import Provider, VisitType
from scheduler.core import parsing
from scheduler.pages.booking.forms import text_input
from scheduler.pages.fields import PlainField
from scheduler.pages.staff.calendar.overbooking import LENGTH, REASONS

OTHER = "other"
FIVE_MINUTES = timedelta(minutes=5)
WHEN_TO_WRITE = "Give a day and a time, such as 11/24/2026, 10:00 AM."
NOTE_LENGTH = 500


def select(choices: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=choices, widget=forms.Select(attrs={"class": "usa-select"}), **options
    )


def visit_types() -> list[tuple[str, str]]:
    return list(VisitType.objects.filter(active=True).values_list("slug", "name"))


def providers() -> list[tuple[str, str]]:
    """Anyone first; the call desk, which is nobody, last."""
    found = Provider.objects.filter(active=True).order_by("call_desk", "slug")
    return [("", "Anyone"), *((provider.slug, str(provider)) for provider in found)]


class StaffForm(forms.Form):
    """No colon after a label; the first field that is wrong gets the focus."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.label_suffix = ""

    def focus_on_mistake(self) -> bool:
        """Whether there was a mistake to focus on."""
        wrong = next((name for name in self.fields if name in self.errors), None)
        if wrong is not None:
            self.fields[wrong].widget.attrs["autofocus"] = True
        return wrong is not None


class WallClockField(forms.Field):
    """What the clinic's wall clock shows, on a five-minute mark; its value is an instant there.

    The form that has it sets the `zone`. An offset may stand behind the time.
    """

    def __init__(self, **options: Any) -> None:
        attrs = {"type": "datetime-local", "class": "usa-input", "step": "300"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **options)
        self.zone = ZoneInfo("UTC")

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return f"{value.astimezone(self.zone):%Y-%m-%dT%H:%M}"
        return value

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        written = parsing.wall_time(value) or parsing.instant(value)
        if written is None:
            raise forms.ValidationError(WHEN_TO_WRITE)
        start = (written if written.tzinfo else written.replace(tzinfo=self.zone)).astimezone(UTC)
        local = start.astimezone(self.zone)
        if written.tzinfo is None and local.replace(tzinfo=None) != written:
            raise forms.ValidationError("The clock skips that time on that day.")
        if start.minute % 5:
            raise forms.ValidationError("Visits start at a five-minute mark, such as 10:05.")
        return local


class WhenForm(StaffForm):
    """What, with whom, when and why. `walk_in` needs no start: it is now. `instead` is another time
    that was offered: "2026-11-24T11:00 dana"."""

    visit_type = select([], label="Kind of visit")
    provider = select([], label="With", required=False)
    start = WallClockField(label="Start", required=False)
    overbook = forms.ChoiceField(
        choices=[(reason, reason) for reason in REASONS],
        required=False,
        widget=forms.RadioSelect(attrs={"class": "usa-radio__input"}),
    )
    overbook_words = PlainField(
        label="Or in your own words",
        required=False,
        max_length=LENGTH,
        widget=text_input(),
    )
    note = PlainField(
        label="Note for the staff",
        required=False,
        max_length=NOTE_LENGTH,
        widget=text_input(),
    )
    walk_in = forms.BooleanField(required=False, widget=forms.HiddenInput())
    instead = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput())

    def __init__(self, *args: Any, zone: ZoneInfo, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["visit_type"].choices = visit_types()  # type: ignore[attr-defined]
        self.fields["provider"].choices = providers()  # type: ignore[attr-defined]
        self.fields["start"].zone = zone  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if typed.get("instead"):
            start, _, provider = typed["instead"].partition(" ")
            typed["start"] = self.fields["start"].clean(start)
            typed["provider"] = self.fields["provider"].clean(provider)
        if not typed.get("start") and not typed.get("walk_in") and "start" not in self.errors:
            self.add_error("start", WHEN_TO_WRITE)
        return typed

    @property
    def reason(self) -> str:
        """Why the visit is put on top of others, if it is; one's own words go first."""
        typed = self.cleaned_data
        return str(typed.get("overbook_words") or typed.get("overbook") or "")

    def start_as_of(self, now: datetime) -> datetime:
        """The start; of a walk-in who takes no other time, the next five-minute mark."""
        typed = self.cleaned_data
        if typed["walk_in"] and not typed["instead"]:
            return next_mark(now)
        start: datetime = typed["start"]
        return start


def next_mark(now: datetime) -> datetime:
    """The five-minute mark after `now`."""
    past = timedelta(minutes=now.minute % 5, seconds=now.second, microseconds=now.microsecond)
    return now - past + FIVE_MINUTES
