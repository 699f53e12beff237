"""Who answers the phone or mail for a patient, the one who did last first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import F, Max

from scheduler.booking.models import Appointment
from scheduler.messaging.models import Channel, Consent, OptOut
from scheduler.patients.models import Contact, Patient

OWN = "own"


@dataclass(frozen=True, slots=True)
class Answering:
    """`key` is a contact's id, or OWN for what is written on the patient. `phone` is E.164 or "".

    `texts` says how texts to the phone stand: agreed, stopped, or "" where nobody asked.
    """

    key: str
    name: str
    relation: str
    phone: str
    email: str
    texts: str = ""


def contacts_of(patient: Patient) -> list[Answering]:
    """Three queries. Empty where neither a number nor an address is known."""
    contacts = list(
        Contact.objects.filter(patient=patient)
        .annotate(last=Max("appointment__starts_at"))
        .order_by(F("last").desc(nulls_last=True), "-pk")
    )
    addresses = {str(contact.phone) for contact in contacts} | {str(patient.phone)}
    texts = _texts(addresses - {""})
    return list(_answering(patient, contacts, texts))


def last_interpreter(patient: Patient) -> str:
    """The language that was interpreted at the patient's latest visit, if any."""
    asked = Appointment.objects.filter(patient=patient).order_by("-starts_at")
    return asked.values_list("interpreter", flat=True).first() or ""


def _answering(
    patient: Patient, contacts: Sequence[Contact], texts: dict[str, str]
) -> Iterator[Answering]:
    for contact in contacts:
        phone = str(contact.phone)
        yield Answering(
            str(contact.pk),
            contact.name,
            contact.relation,
            phone,
            contact.email,
            texts.get(phone, ""),
        )
    phone = str(patient.phone)
    known = any(
        str(contact.phone) == phone and contact.email == patient.email for contact in contacts
    )
    if not known and (phone or patient.email):
        yield Answering(OWN, patient.name, Contact.SELF, phone, patient.email, texts.get(phone, ""))


def _texts(phones: set[str]) -> dict[str, str]:
    """Phone to "agreed" or "stopped"; a number that was never asked is left out."""
    agreed = dict(
        Consent.objects.filter(channel=Channel.SMS, address__in=phones)
        .order_by("at", "pk")
        .values_list("address", "granted")
    )
    stopped = OptOut.objects.filter(
        channel=Channel.SMS, address__in=phones, lifted_at=None
    ).values_list("address", flat=True)
    return {phone: "agreed" for phone, granted in agreed.items() if granted} | dict.fromkeys(
        stopped, "stopped"
    )
