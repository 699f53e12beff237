"""What staff write about a patient; the rules are those of the booking pages."""

from typing import Any

from django import forms
from django.conf import settings

from scheduler.pages.fields import PlainField
from scheduler.pages.person_fields import BirthDateField, email_field, name_field, phone_field
from scheduler.patients.change import Details
from scheduler.patients.models import Patient


class PatientForm(forms.Form):
    name = name_field(error_messages={"required": "Write the name."})
    date_of_birth = BirthDateField(
        label="Birth date", required=False, max_length=20, help_text="Such as 3/9/1958."
    )
    phone = phone_field(required=False)
    email = email_field(label="Mail", required=False)
    language = forms.ChoiceField(label="Writes and speaks", choices=settings.LANGUAGES)

    @classmethod
    def of(cls, patient: Patient, data: Any = None) -> "PatientForm":
        born = patient.date_of_birth
        return cls(
            data,
            initial={
                "name": patient.name,
                "date_of_birth": f"{born:%m/%d/%Y}" if born else "",
                "phone": patient.phone.as_national if patient.phone else "",
                "email": patient.email,
                "language": patient.language,
            },
        )

    def details(self) -> Details:
        return Details(**self.cleaned_data)


class NoteForm(forms.Form):
    text = PlainField(
        label="New note",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write something first."},
    )


class ConsentForm(forms.Form):
    """`agreed`: the sentence was read aloud, and they said yes. `no-stop`: somebody read the text
    that paused the number, and it was none."""

    channel = forms.ChoiceField(choices=[("sms", "Text"), ("email", "Mail")])
    address = forms.CharField(max_length=254)
    language = forms.ChoiceField(choices=settings.LANGUAGES)
    answer = forms.ChoiceField(
        choices=[("agreed", "Agreed"), ("withdrawn", "Withdrawn"), ("no-stop", "No stop")]
    )
    read_aloud = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("answer") == "agreed" and not cleaned.get("read_aloud"):
            self.add_error("read_aloud", "Read the sentence to them first, then tick this.")
        return cleaned
