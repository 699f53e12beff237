"""Who is coming and how to reach them. Rules about people's data are the API's."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scheduler.clinic.models import LANGUAGES
from scheduler.messaging.consent.wordings import MAILS
from scheduler.pages.booking.draft import Draft
from scheduler.pages.booking.forms import CHOOSE, Question, radios, text_input
from scheduler.pages.fields import WORDS, PlainField
from scheduler.pages.language import page_language
from scheduler.pages.person_fields import BirthDateField, email_field, name_field, phone_field
from scheduler.patients.models import Contact

ME, OTHER = "me", "other"
INTERPRETER_LENGTH = 40
# Of what is kept of any field, right or wrong.
LONGEST = 300
RELATIONS = [
    ("", _("Choose one")),
    ("child", _("Daughter or son")),
    ("partner", _("Wife, husband, or partner")),
    ("parent", _("Mother or father")),
    ("relative", _("Another relative")),
    ("friend", _("Friend or neighbor")),
    ("caregiver", _("Caregiver")),
    ("other", _("Someone else")),
]


def _checkbox() -> forms.CheckboxInput:
    return forms.CheckboxInput(attrs={"class": "usa-checkbox__input"})


class PersonForm(Question):
    """Who is coming and how to reach them. A number or a mail address is needed, not both; for a
    visit `by_phone` the number."""

    who = radios(
        [(ME, _("For me")), (OTHER, _("For someone I help"))], label=_("Who is the visit for?")
    )
    name = name_field(
        label=_("Full name of the patient"),
        error_messages={"required": _("Write the full name of the patient.")},
        widget=text_input(autocomplete="name"),
    )
    date_of_birth = BirthDateField(
        label=_("Date of birth of the patient"),
        help_text=_("Month, day, and year, such as 03/09/1958"),
        max_length=20,
        error_messages={
            "required": _("Give the date of birth of the patient."),
            "max_length": WORDS["birth-date"],
        },
        widget=text_input(autocomplete="bday"),
    )
    contact_name = name_field(
        label=_("Your own full name"), required=False, widget=text_input(autocomplete="name")
    )
    relation = forms.ChoiceField(
        label=_("Your relation to the patient"),
        choices=RELATIONS,
        required=False,
        widget=forms.Select(attrs={"class": "usa-select"}),
        error_messages=CHOOSE,
    )
    phone = phone_field(
        label=_("Phone number"),
        help_text=_("A mobile number, if you have one. We text a code to it."),
        required=False,
        widget=text_input(type="tel", autocomplete="tel"),
    )
    landline = forms.BooleanField(
        label=_("This phone can't get texts"), required=False, widget=_checkbox()
    )
    sms_consent = forms.BooleanField(required=False, widget=_checkbox())
    email = email_field(
        label=_("Email (optional)"),
        required=False,
        widget=text_input(type="email", autocomplete="email"),
    )
    language = radios(LANGUAGES, label=_("Language of our messages"))
    interpreter = PlainField(
        label=_("If an interpreter is needed: which language? (optional)"),
        required=False,
        max_length=INTERPRETER_LENGTH,
        widget=text_input(),
    )

    def __init__(self, *args: Any, by_phone: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.by_phone = by_phone
        # What is agreed to by giving the address is kept in these very words.
        self.fields["email"].help_text = " ".join(
            [str(_("Not needed if you gave a number.")), MAILS.words[page_language()]]
        )
        if by_phone:
            self.fields["phone"].help_text = _("We call this number for your visit.")

    def for_somebody_else(self) -> None:
        """A browser then offers no data of who sits at it."""
        for name in ("name", "date_of_birth"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if typed.get("who") == OTHER:
            for name, words in (
                ("contact_name", _("Write your own full name.")),
                ("relation", _("Choose how you know the patient.")),
            ):
                if name in typed and not typed[name]:
                    self.add_error(name, words)
        nothing = not (self.data.get("phone") or self.data.get("email"))
        if self.by_phone and not self.data.get("phone"):
            self.add_error("phone", _("We call you for this visit: give the number to call."))
        elif nothing:
            self.add_error(
                "phone", _("Give a phone number or an email address, so that we can reach you.")
            )
        return typed


def initial_person(draft: Draft, language: str) -> dict[str, Any]:
    """What `PersonForm` starts with: as it was left, else what is known.

    "Me" and the page's language are chosen already.
    """
    if draft.typed:
        return dict(draft.typed)
    born = date.fromisoformat(draft.date_of_birth) if draft.date_of_birth else None
    return {
        "who": OTHER if draft.contact_name else ME,
        "name": draft.name,
        "date_of_birth": f"{born:%m/%d/%Y}" if born else "",
        "contact_name": draft.contact_name,
        "relation": "" if draft.relation == Contact.SELF else draft.relation,
        "phone": draft.phone,
        "landline": draft.landline,
        "sms_consent": draft.sms_consent,
        "email": draft.email,
        "language": draft.language or language,
        "interpreter": draft.interpreter,
    }


def leave(draft: Draft, form: PersonForm) -> None:
    """Keep the form as it stands, mistakes included, for when they come back to it."""
    draft.typed = {name: form.data.get(name, "")[:LONGEST] for name in form.fields}


def fill_in(draft: Draft, typed: dict[str, Any], language: str) -> None:
    """Keep what was typed right; `language` is the one the consent was read in."""
    helped = typed.get("who") == OTHER
    born = typed.get("date_of_birth")
    draft.typed = {}
    draft.name = typed.get("name", "")
    draft.date_of_birth = born.isoformat() if born else ""
    draft.contact_name = typed.get("contact_name", "") if helped else ""
    draft.relation = (typed.get("relation") or Contact.SELF) if helped else Contact.SELF
    draft.phone = typed.get("phone", "")
    draft.landline = bool(draft.phone) and typed.get("landline", False)
    draft.sms_consent = bool(draft.phone) and typed.get("sms_consent", False)
    draft.consent_language = language
    draft.email = typed.get("email", "")
    draft.language = typed.get("language", language)
    draft.interpreter = typed.get("interpreter", "")
