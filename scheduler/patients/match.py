"""From a verified contact and a typed person to the one patient they mean."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from scheduler.actions.locks import Lock, exclusive, key_of
from scheduler.core.names import fold_name
from scheduler.models import Consent, Contact, Patient
from scheduler.models.patient import Channel
from scheduler.queries.look_alikes import look_alikes


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is coming and who answers for them, as typed. `phone` is E.164 or empty.

    A `landline` is called and never texted. `interpreter` is the language to interpret, if any;
    `consent_language` is that of the sentence agreed to, where it is not that of the messages.
    """

    name: str
    date_of_birth: date | None = None
    phone: str = ""
    email: str = ""
    language: str = "en"
    contact_name: str = ""
    relation: str = Contact.SELF
    sms_consent: bool = False
    email_consent: bool = False
    landline: bool = False
    interpreter: str = ""
    consent_language: str = ""

    def to_json(self) -> dict[str, Any]:
        born = self.date_of_birth.isoformat() if self.date_of_birth else None
        return {**asdict(self), "date_of_birth": born}

    @classmethod
    def from_json(cls, details: dict[str, Any]) -> "Person":
        born = details["date_of_birth"]
        return cls(**{**details, "date_of_birth": date.fromisoformat(born) if born else None})

    @property
    def addresses(self) -> list[tuple[str, str]]:
        """(channel, address) of what was given and can be written to, texts first."""
        mobile = "" if self.landline else self.phone
        given = [(Channel.SMS.value, mobile), (Channel.EMAIL.value, self.email)]
        return [(channel, address) for channel, address in given if address]

    @property
    def agreed(self) -> list[tuple[str, str]]:
        """(channel, address) of what was given and may be written to."""
        ticked = {Channel.SMS.value: self.sms_consent, Channel.EMAIL.value: self.email_consent}
        return [(channel, address) for channel, address in self.addresses if ticked[channel]]


def lock_contact(person: Person) -> None:
    """Serialize the matching of everyone with these addresses; take it before any other lock."""
    lock_addresses(*(address for _, address in person.addresses))


def lock_addresses(*addresses: str) -> None:
    """The same for numbers and mail addresses as they are kept; empty ones count for nothing."""
    exclusive(*((Lock.CONTACT, key_of("contact", address)) for address in addresses if address))


def match_patient(
    person: Person, verified: list[tuple[str, str]], *, now: datetime
) -> tuple[Patient, Contact]:
    """The patient with a verified contact, this folded name and this birth date, or a new one.

    A new one that shares a contact, or a name and birth date, with somebody is flagged as a
    possible duplicate; nobody but staff is told. Call `lock_contact` first.
    """
    folded = fold_name(person.name)
    contact: dict[str, Any] = {
        "name": person.contact_name or person.name,
        "relation": person.relation,
        "phone": person.phone,
        "email": person.email,
    }
    known = _known(person, folded, verified)
    if known is not None:
        return known, Contact.objects.get_or_create(**contact, patient=known)[0]
    patient = _new(person, folded, now=now)
    return patient, Contact.objects.create(**contact, patient=patient)


def patient_without_contact(person: Person, *, now: datetime) -> Patient:
    """A new patient for whom neither a phone number nor a mail address is known; staff only."""
    return _new(person, fold_name(person.name), now=now)


def _new(person: Person, folded: str, *, now: datetime) -> Patient:
    return Patient.objects.create(
        name=person.name,
        folded_name=folded,
        date_of_birth=person.date_of_birth,
        phone=person.phone,
        email=person.email,
        language=person.language,
        possible_duplicate=look_alikes(
            person.name, born=person.date_of_birth, phone=person.phone, email=person.email
        ).exists(),
        created_at=now,
    )


def _known(person: Person, folded: str, verified: list[tuple[str, str]]) -> Patient | None:
    """The one with a verified contact, this name and this birth date; nobody where one is missing.

    Who gave a landline alone has no verified contact: a name and a date prove nothing. What is
    still known of a patient who was merged means the one who was kept.
    """
    if person.date_of_birth is None or not verified:
        return None
    reachable = Q()
    for channel, address in verified:
        reachable |= Q(phone=address) if channel == Channel.SMS else Q(email__iexact=address)
    same = Patient.objects.filter(reachable, folded_name=folded, date_of_birth=person.date_of_birth)
    found = same.order_by("pk").select_related("merged_into").first()
    return found.merged_into or found if found else None


WORDINGS = {
    "en": "Text me about my visits. Message frequency varies; message and data rates may apply. "
    "STOP to end, HELP for help.",
    "es": "Envíenme mensajes de texto sobre mis citas. La frecuencia varía; pueden aplicarse "
    "tarifas de mensajes y datos. STOP para terminar, HELP para ayuda.",
}


NOT_PROVEN = ", not proven"


def record_consent(
    person: Person, *, source: str, now: datetime, proven: list[tuple[str, str]] | None = None
) -> None:
    """Write down what the person agreed to, with the sentence they saw.

    Where some addresses are `proven`, the source of the others says that they are not.
    """
    language = person.consent_language or person.language
    Consent.objects.bulk_create(
        Consent(
            channel=channel,
            address=address,
            granted=True,
            wording=WORDINGS[language] if channel == Channel.SMS else "email",
            language=language,
            source=source
            if proven is None or (channel, address) in proven
            else f"{source}{NOT_PROVEN}",
            at=now,
        )
        for channel, address in person.agreed
    )
