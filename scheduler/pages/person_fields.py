"""Form fields about people with the API's own rules."""

from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.utils import timezone

from scheduler.pages.fields import PlainField, checked
from scheduler.patients import parsing as typed
from scheduler.patients.parsing_dates import written_birth_date


class BirthDateField(forms.CharField):
    """A date of birth as people write it; its value is a `date`, or None where it is empty."""

    def clean(self, value: Any) -> date | None:
        written = str(super().clean(value))
        rule = partial(written_birth_date, today=timezone.localdate())
        return checked(rule, written) if written else None


def phone_field(**options: Any) -> PlainField:
    return PlainField(typed.phone, max_length=typed.PHONE_LENGTH, **options)


def email_field(**options: Any) -> PlainField:
    return PlainField(typed.email, max_length=typed.EMAIL_LENGTH, **options)


def name_field(**options: Any) -> PlainField:
    return PlainField(typed.name, max_length=typed.NAME_LENGTH, **options)
