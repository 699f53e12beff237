"""From a verified contact and a typed person to the one patient they mean."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from scheduler.messaging.models import Channel
from scheduler.patients.models import Contact, Patient
from scheduler.patients.names import fold_name
from scheduler.patients.person import Person
from scheduler.patients.possible_duplicates import alike
from scheduler.transactions.lock_order import Key
from scheduler.transactions.locks import Lock, exclusive, key_of
from scheduler.transactions.statements import columns_of, fetch_planned, take_row

_NEW = """
    WITH patient AS (
        INSERT INTO scheduler_patient (name, folded_name, date_of_birth, phone, email, language,
                                       possible_duplicate, created_at)
        VALUES (%s, %s, %s, %s, %s, %s,
                EXISTS (SELECT FROM scheduler_patient WHERE {alike}), %s)
        RETURNING id, possible_duplicate
    ), contact AS (
        INSERT INTO scheduler_contact (patient_id, name, relation, phone, email)
        SELECT id, %s, %s, %s, %s FROM patient WHERE %s
        RETURNING id
    )
    SELECT patient.id, patient.possible_duplicate, (SELECT id FROM contact) FROM patient
"""
# What is still known of a patient who was merged means the one who was kept.
_KNOWN = """
    SELECT {columns} FROM scheduler_patient AS patient
     WHERE patient.id = (
           SELECT coalesce(same.merged_into_id, same.id) FROM scheduler_patient AS same
            WHERE same.folded_name = %(folded)s AND same.date_of_birth = %(born)s
              AND (same.phone = nullif(%(phone)s, '')
                   OR upper(same.email) = upper(nullif(%(email)s, '')))
            ORDER BY same.id LIMIT 1)
"""


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
    contact = Contact(
        name=person.contact_name or person.name,
        relation=person.relation,
        phone=person.phone,
        email=person.email,
    )
    known = _known(person, folded, verified)
    if known is not None:
        return Match(known, _contact_of(known, contact), is_new=False)
    patient = _write(person, folded, contact, now=now)
    return Match(patient, contact, is_new=True)


def patient_without_contact(person: Person, *, now: datetime) -> Patient:
    """A new patient for whom neither a phone number nor a mail address is known; staff only."""
    return _write(person, fold_name(person.name), None, now=now)


def _contact_of(patient: Patient, wanted: Contact) -> Contact:
    found, _ = Contact.objects.get_or_create(
        patient=patient,
        name=wanted.name,
        relation=wanted.relation,
        phone=wanted.phone,
        email=wanted.email,
    )
    return found


def _write(person: Person, folded: str, contact: Contact | None, *, now: datetime) -> Patient:
    """A new patient, and whoever answers for them, in one statement that also looks for others who
    may be the same."""
    patient = Patient(
        name=person.name,
        folded_name=folded,
        date_of_birth=person.date_of_birth,
        phone=person.phone,
        email=person.email,
        language=person.language,
        created_at=now,
    )
    condition, values = alike(
        person.name, born=person.date_of_birth, phone=person.phone, email=person.email
    )
    written = (
        *(person.name, folded, person.date_of_birth, person.phone, person.email, person.language),
        *(*values, now),
    )
    name, relation = (contact.name, contact.relation) if contact else ("", "")
    told = (name, relation, person.phone, person.email, contact is not None)
    with connection.cursor() as cursor:
        cursor.execute(_NEW.format(alike=condition), [*written, *told])
        patient.pk, patient.possible_duplicate, contact_id = cursor.fetchone()
    patient._state.adding = False
    if contact is not None:
        contact.pk, contact.patient = contact_id, patient
        contact._state.adding = False
    return patient


def _known(person: Person, folded: str, verified: list[tuple[str, str]]) -> Patient | None:
    """The one with a verified contact, this name and this birth date; nobody where one is missing.

    Who gave a landline alone has no verified contact: a name and a date prove nothing.
    """
    if person.date_of_birth is None or not verified:
        return None
    proven = dict(verified)
    values = {
        "folded": folded,
        "born": person.date_of_birth,
        "phone": proven.get(Channel.SMS, ""),
        "email": proven.get(Channel.EMAIL, ""),
    }
    found = fetch_planned(_KNOWN.format(columns=columns_of(Patient, "patient")), values)
    return take_row(Patient, iter(found[0])) if found else None
