"""The form for asking to be called, and for changing that."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.translation import gettext_lazy as _

from scheduler.contact_requests.models import ContactRequest
from scheduler.links import tokens
from scheduler.pages.contact_requests.callable_days import in_words
from scheduler.pages.fields import PlainField
from scheduler.pages.person_fields import email_field, name_field, phone_field

SALT = "contact-request"
ONCE_FOR_SECONDS = 24 * 60 * 60
TOPICS = [
    ("book", _("I would like to book a visit")),
    ("change", _("I would like to change a visit")),
    ("question", _("I have a question")),
]
PARTS = [("any", _("Any time")), ("morning", _("Mornings")), ("afternoon", _("Afternoons"))]


class ContactForm(forms.Form):
    """`days` are the local days that are offered; `language` that of the page ("en" or "es")."""

    topic = forms.ChoiceField(
        choices=TOPICS,
        error_messages={"required": _("Choose what this is about.")},
    )
    name = name_field(error_messages={"required": _("Write your name.")})
    phone = phone_field(required=False)
    email = email_field(required=False)
    language = forms.ChoiceField(
        choices=settings.LANGUAGES,
        error_messages={"required": _("Choose a language.")},
    )
    days = forms.TypedMultipleChoiceField(
        required=False,
        coerce=date.fromisoformat,
        empty_value=[],
        error_messages={"invalid_choice": _("One of these days is over. Please choose again.")},
    )
    part_of_day = forms.ChoiceField(choices=PARTS, required=False)
    times = PlainField(max_length=200, required=False)
    note = PlainField(max_length=1000, required=False)
    once = forms.CharField(required=False, max_length=200)

    def __init__(
        self, data: Mapping[str, Any] | None, *, days: Iterable[date], language: str, **options: Any
    ) -> None:
        super().__init__(data, **options)
        offered = cast(forms.TypedMultipleChoiceField, self.fields["days"])
        offered.choices = [(day.isoformat(), in_words(day, language)) for day in days]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        unreadable = {"phone", "email"} & self.errors.keys()
        if not cleaned.get("phone") and not cleaned.get("email") and not unreadable:
            self.add_error("phone", _("Give a phone number or an email address."))
        return cleaned

    def wanted(self) -> ContactRequest:
        """The valid form as a request that is not saved."""
        typed = {name: value for name, value in self.cleaned_data.items() if name != "once"}
        typed["part_of_day"] = typed["part_of_day"] or ContactRequest.PartOfDay.ANY
        return ContactRequest(**typed)


def new_once() -> str:
    """What makes a form that is sent twice one request: its reference, signed."""
    return signing.dumps(tokens.new_reference(), salt=SALT)


def reference_of(once: str) -> str:
    """The reference in `once`, or "" where it is not one of ours or is old."""
    try:
        return str(signing.loads(once, salt=SALT, max_age=ONCE_FOR_SECONDS))
    except signing.BadSignature:
        return ""


def typed_before(request: ContactRequest) -> dict[str, Any]:
    """The form's initial values for a request that is being changed."""
    return {
        "name": request.name,
        "topic": request.topic,
        "phone": request.phone.as_national if request.phone else "",
        "email": request.email,
        "language": request.language,
        "days": [day.isoformat() for day in request.days],
        "part_of_day": request.part_of_day,
        "times": request.times,
        "note": request.note,
    }
