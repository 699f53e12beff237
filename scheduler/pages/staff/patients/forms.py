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
