"""Form fields with the API's own rules, and their mistakes in the page's language."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from scheduler.core import parsing
from scheduler.patients import parsing as typed

Value = TypeVar("Value")
WORDS = {
    "phone": _("Give a phone number with its area code, such as (419) 555-0123."),
    "foreign-phone": _("Give a number of the United States or Canada."),
    "email": _("Give an email address such as ana@example.org."),
    "name": _("Write the name with letters, such as Ana O'Neil."),
    "birth-date": _("Give month, day, and year, such as 03/09/1958."),
    "text": _("This has signs that we can't read. Please write it in plain words."),
}


class PlainField(forms.CharField):
    """Text that is checked by one of the rules of `typed`. An empty one stays empty."""

    def __init__(self, rule: Callable[[str], str] = typed.text, **options: Any) -> None:
        self.rule = rule
        # Said in words of ours, where Django would count characters aloud.
        options.setdefault("error_messages", {}).setdefault("max_length", _("This is too long."))
        super().__init__(**options)

    def clean(self, value: Any) -> str:
        written = str(super().clean(value))
        return checked(self.rule, written) if written else ""


class DayField(forms.DateField):
    """A day that the clinic's calendar holds, so that weeks can be counted from it."""

    def to_python(self, value: Any) -> date | None:
        found = super().to_python(value)
        if found is not None and parsing.in_calendar(found) is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return found


def checked(rule: Callable[[str], Value], value: str) -> Value:
    """What the rule makes of the value. Raises ValidationError in the page's language."""
    try:
        return rule(value)
    except typed.NotValid as error:
        raise ValidationError(WORDS[error.reason], code=error.reason) from None
