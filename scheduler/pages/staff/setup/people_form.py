"""The forms of people on the staff."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from scheduler.accounts.roles import CLINICIAN, ROLES
from scheduler.clinic.models import Provider

ROLE_CHOICES = [(role, role) for role in ROLES]


def _text(**options: Any) -> forms.CharField:
    return forms.CharField(widget=forms.TextInput({"class": "usa-input"}), **options)


class PersonForm(forms.Form):
    username = _text(label="Sign-in name", max_length=150, validators=[User.username_validator])
    first_name = _text(label="First name", max_length=150)
    last_name = _text(label="Last name", max_length=150)
    email = forms.EmailField(
        label="Mail address", required=False, widget=forms.EmailInput({"class": "usa-input"})
    )
    role = forms.ChoiceField(
        label="Role", choices=ROLE_CHOICES, widget=forms.Select({"class": "usa-select"})
    )
    provider = forms.ModelChoiceField(
        Provider.objects.filter(active=True, user=None, call_desk=False),
        label="Who they are to patients",
        help_text="For clinicians: their own day is this provider's.",
        required=False,
        widget=forms.Select({"class": "usa-select"}),
    )
    password = _text(
        label="First password",
        help_text="Tell it them in person. They change it under Sign-in and security.",
        max_length=128,
    )

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=name).exists():
            raise ValidationError("Somebody has that name.")
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("role") == CLINICIAN and "provider" in cleaned and not cleaned["provider"]:
            self.add_error("provider", "A clinician sees the day of a provider: choose one.")
        if cleaned.get("role") != CLINICIAN:
            cleaned["provider"] = None
        if password := cleaned.get("password"):
            try:
                validate_password(password, User(username=cleaned.get("username", "")))
            except ValidationError as weak:
                self.add_error("password", weak)
        return cleaned
