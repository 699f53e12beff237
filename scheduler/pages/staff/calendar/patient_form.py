"""The half of the quick booking about who is coming."""

from collections.abc import Mapping
from typing import Any

from django import forms

from scheduler.clinic.models import LANGUAGES
from scheduler.pages.booking.forms import text_input
from scheduler.pages.booking.person_form import INTERPRETER_LENGTH, RELATIONS
from scheduler.pages.fields import PlainField
from scheduler.pages.person_fields import BirthDateField, email_field, name_field, phone_field
from scheduler.pages.staff.calendar.booking_form import StaffForm, select
from scheduler.patients.contacts_of import Answering
from scheduler.patients.models import Contact, Patient
from scheduler.patients.person import Person


class PatientForm(StaffForm):
    """Whom staff found (`patient`), or somebody new; and who answers for them: one of those that
    are known, or another."""

    q = PlainField(
        label="Patient",
        help_text="Name, phone or birth date",
        required=False,
        max_length=100,
        widget=text_input(autocomplete="off"),
    )
    contact = forms.CharField(required=False, max_length=20)
    name = name_field(label="Full name", required=False, widget=text_input(autocomplete="off"))
    date_of_birth = BirthDateField(
        label="Date of birth",
        required=False,
        max_length=20,
        widget=text_input(autocomplete="off", placeholder="mm/dd/yyyy"),
    )
    phone = phone_field(
        label="Phone", required=False, widget=text_input(type="tel", autocomplete="off")
    )
    email = email_field(
        label="Email", required=False, widget=text_input(type="email", autocomplete="off")
    )
    no_contact = forms.BooleanField(
        label="They have neither phone nor email",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "usa-checkbox__input"}),
    )
    language = select(LANGUAGES, label="Language", required=False)
    contact_name = name_field(
        label="Name of who answers", required=False, widget=text_input(autocomplete="off")
    )
    relation = select(RELATIONS, label="Who is the patient's …", required=False)
    sms_consent = forms.BooleanField(
        label="They heard this and said yes",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "usa-checkbox__input"}),
    )
    interpreter = PlainField(
        label="Interpreter: which language?",
        required=False,
        max_length=INTERPRETER_LENGTH,
        widget=text_input(autocomplete="off"),
    )

    def __init__(
        self, *args: Any, patient: Patient | None, answering: list[Answering], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.patient = patient
        self.answering = answering

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if self.patient is None:
            self._check_new(typed)
        elif self._known is None:
            self._check_other(typed)
        if typed.get("contact_name") and "relation" in typed and not typed["relation"]:
            self.add_error("relation", "Choose how they know the patient.")
        return typed

    def _check_new(self, typed: Mapping[str, Any]) -> None:
        if typed.get("name") or "name" in self.errors:
            reachable = any(self.data.get(field) for field in ("phone", "email", "no_contact"))
            if not reachable:
                self.add_error("phone", "Give a phone number or an email address.")
            return
        if any(self.data.get(field) for field in ("date_of_birth", "phone", "email")):
            self.add_error("name", "Write the full name of the patient.")
        else:
            self.add_error("q", "Choose the patient, or add a new one.")

    def _check_other(self, typed: Mapping[str, Any]) -> None:
        nothing = not (self.data.get("phone") or self.data.get("email"))
        if nothing and (self.answering or typed.get("contact_name")):
            self.add_error("phone", "Give a phone number or an email address.")

    @property
    def _known(self) -> Answering | None:
        """Who of those that are known; None: somebody else, or nobody."""
        key = self.cleaned_data.get("contact")
        return next((one for one in self.answering if one.key == key), None)

    @property
    def person(self) -> Person:
        """Who is coming and who answers. A mail address is given to be written to."""
        typed, patient, known = self.cleaned_data, self.patient, self._known
        return Person(
            name=patient.name if patient else typed["name"],
            date_of_birth=patient.date_of_birth if patient else typed["date_of_birth"],
            phone=known.phone if known else typed["phone"],
            email=known.email if known else typed["email"],
            language=patient.language if patient else typed["language"] or "en",
            contact_name=known.name if known else typed["contact_name"],
            relation=known.relation if known else self._relation,
            sms_consent=typed["sms_consent"],
            email_consent=known is None,
            interpreter=typed["interpreter"],
        )

    @property
    def _relation(self) -> str:
        typed = self.cleaned_data
        return typed["relation"] if typed["contact_name"] else Contact.SELF
