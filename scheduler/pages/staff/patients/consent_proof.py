"""The proof of what one number or mail address agreed to, to look at and to print."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from scheduler.accounts.access import visible_patients
from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import LANGUAGES
from scheduler.clinic.time_format import in_words
from scheduler.frontdesk.consent_record import (
    CODES,
    REMINDERS,
    VISITS,
    Act,
    Allowed,
    ConsentRecord,
    Event,
    consent_record,
)
from scheduler.messaging.models import Channel, Consent
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.messages.words import CODES as CARRIERS_CODES
from scheduler.pages.staff.messages.words import why
from scheduler.pages.staff.show_page import show_page
from scheduler.pages.staff.time_words import clinic_time
from scheduler.patients import parsing

KINDS: Mapping[str, str] = {
    VISITS: "About visits: booked, moved, canceled",
    REMINDERS: "Reminders of visits",
    CODES: "Codes and links that they ask for",
}
ACTS: Mapping[Act, tuple[str, str]] = {
    Act.AGREED: ("Agreed", "is-good"),
    Act.TOOK_BACK: ("Took it back", "is-bad"),
    Act.STOPPED: ("Stopped: nothing more goes there", "is-bad"),
    Act.PAUSED: ("On hold until a person had read their text", "is-warning"),
    Act.LIFTED: ("No longer stopped", ""),
    Act.NO_REMINDERS: ("No more reminders, all else as before", "is-warning"),
    Act.REMINDED_AGAIN: ("Reminders again", ""),
    Act.UNUSABLE: ("Can't be delivered", "is-warning"),
    Act.REMINDERS_OFF: ("Reminders of one visit turned off", ""),
    Act.REMINDERS_ON: ("Reminders of one visit turned on again", ""),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One event in words; `facts` are (name, value) pairs, `words` the very sentence."""

    at: str
    what: str
    badge: str
    facts: list[tuple[str, str]]
    words: str
    language: str


class AddressForm(forms.Form):
    """A phone number as people write it, or a mail address."""

    address = forms.CharField(
        label="Phone number or mail address",
        max_length=parsing.EMAIL_LENGTH,
        widget=forms.TextInput({"class": "usa-input", "autocomplete": "off"}),
        error_messages={"required": "Give a phone number or a mail address."},
    )

    def clean_address(self) -> tuple[str, str]:
        """(channel, the number or address as it is kept)"""
        typed = str(self.cleaned_data["address"]).strip()
        is_mail = "@" in typed
        try:
            kept = parsing.email(typed) if is_mail else parsing.phone(typed)
        except parsing.NotValid as wrong:
            raise ValidationError(str(wrong)) from None
        return (Channel.EMAIL if is_mail else Channel.SMS).value, kept


@require_safe
@staff(Right.SEE_PATIENTS)
def proof(request: HttpRequest) -> HttpResponse:
    """What `address` agreed to; without it, the form that asks for one."""
    form = AddressForm(request.GET if "address" in request.GET else None)
    context: dict[str, object] = {"form": form}
    if form.is_bound and form.is_valid():
        clinic = current_clinic()
        record = consent_record(*form.cleaned_data["address"])
        patients_viewed(patient.pk for patient in record.patients)
        seen = visible_patients(request.user).filter(
            pk__in=[patient.pk for patient in record.patients]
        )
        context |= {
            "record": record,
            "is_text": record.channel == Channel.SMS,
            "patients": list(seen.order_by("name", "pk")),
            "allowed": [
                (KINDS[one.kind], one, _why(one, record, clinic.zone)) for one in record.allowed
            ],
            "lines": [_line(event, clinic.zone) for event in record.events],
            "as_of": _at(timezone.now(), clinic.zone),
        }
    status = 422 if form.errors else 200
    return show_page(request, "staff/patients/consent_proof.html", context, status=status)


def _why(one: Allowed, record: ConsentRecord, tz: ZoneInfo) -> str:
    """Why such messages may leave, or may not."""
    if not one.is_allowed:
        return why(one.why_not, "").capitalize() + "."
    if one.kind == CODES:
        return "Whoever asks for one gets it, unless the number or address was stopped."
    last = next(event.consent for event in reversed(record.events) if event.consent is not None)
    return f"They agreed on {in_words(last.at, tz, 'en').date}, and have not taken it back since."


def _line(event: Event, tz: ZoneInfo) -> Line:
    what, badge = ACTS[event.act]
    said = event.consent
    facts = list(_facts(event, tz))
    return Line(
        at=_at(event.at, tz),
        what=what,
        badge=badge,
        facts=[(name, value) for name, value in facts if value],
        words=said.wording if said is not None and said.wording_version else "",
        language=said.language if said is not None else "en",
    )


def _facts(event: Event, tz: ZoneInfo) -> list[tuple[str, str]]:
    said = event.consent
    source = CARRIERS_CODES.get(event.source.removeprefix("carrier "), event.source)
    facts = [
        ("They texted", f"“{event.texted}”" if event.texted else ""),
        ("How", said.get_route_display() if said else source),
        ("By", event.who),
        ("Visit", clinic_time(event.visit_at, tz) if event.visit_at else ""),
    ]
    if said is not None:
        facts += [
            ("Noted as", said.source),
            ("Who said it", said.name),
            ("From", said.ip or ""),
            ("Language", dict(LANGUAGES)[said.language]),
            ("Words", f"version {said.wording_version}" if said.wording_version else _unkept(said)),
        ]
    return facts


def _unkept(said: Consent) -> str:
    """Of what was written down before versions were kept."""
    if said.wording == "email":
        return "the sentence was not kept then; the address was given for mails about visits"
    return f"“{said.wording}”"


def _at(at: datetime, tz: ZoneInfo) -> str:
    words = in_words(at, tz, "en")
    return f"{words.date}, {words.time} {words.zone}"
