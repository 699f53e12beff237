"""From a verified contact and a typed person to the one patient they mean."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q

from scheduler.messaging.models import Channel
from scheduler.patients.models import Contact, Patient
from scheduler.patients.names import fold_name
from scheduler.patients.person import Person
from scheduler.patients.possible_duplicates import possible_duplicates
from scheduler.transactions.lock_order import Key
from scheduler.transactions.locks import Lock, exclusive, key_of


class Match(NamedTuple):
    """Whom a person means: a patient who `is_new` was written down just now, and has no visits."""

    patient: Patient
    contact: Contact
    is_new: bool


def contact_locks(person: Person) -> list[Key]:
    """What keeps the matching of everyone with these addresses in a row; before any other lock."""
    return _locks_of(address for _, address in person.addresses)


def lock_contact(person: Person) -> None:
    """Take the locks of `contact_locks`."""
    exclusive(*contact_locks(person))


def lock_addresses(*addresses: str) -> None:
    """The same for numbers and mail addresses as they are kept; empty ones count for nothing."""
    exclusive(*_locks_of(addresses))


def _locks_of(addresses: Iterable[str]) -> list[Key]:
    return [(Lock.CONTACT, key_of("contact", address)) for address in addresses if address]


def match_patient(person: Person, verified: list[tuple[str, str]], *, now: datetime) -> Match:
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
        found, _ = Contact.objects.get_or_create(**contact, patient=known)
        return Match(known, found, is_new=False)
    patient = _new(person, folded, now=now)
    return Match(patient, Contact.objects.create(**contact, patient=patient), is_new=True)


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
        possible_duplicate=possible_duplicates(
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
