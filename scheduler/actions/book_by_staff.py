"""Staff book for somebody on the phone or at the counter: a patient they found, or a new one."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from scheduler.actions import plan_messages
from scheduler.actions.expire_holds import expire_holds
from scheduler.actions.issue_links import issue_links
from scheduler.actions.match_patient import (
    Person,
    lock_contact,
    match_patient,
    patient_without_contact,
    record_consent,
)
from scheduler.actions.place import SlotTaken
from scheduler.actions.take_time import Wanted, insert, rules, with_alternatives
from scheduler.core.status import AppointmentStatus
from scheduler.models import Appointment, Contact, ContactRequest, Patient

CONSENT_SOURCE = "read aloud by staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class ByStaff:
    """What only staff say of a booking. `patient` is the id of one they found; None: match or make
    one from `Wanted.person`. A walk-in is here already: arrived, and not written to."""

    patient: int | None = None
    note: str = ""
    walk_in: bool = False
    contact_request: ContactRequest | None = None


def book_by_staff(wanted: Wanted, details: ByStaff, *, now: datetime) -> Appointment:
    """Book at once. The consents in `wanted.person` were read aloud and are kept with that source.

    Raises UnknownVisitType, UnknownProvider, UnknownCondition, NotOffered, SlotTaken (with
    alternatives) and PatientBusy; then nothing is written.
    """
    visit, condition = rules(wanted, staff=True)
    expire_holds(*visit.busy(wanted.start), now=now)
    status = AppointmentStatus.ARRIVED if details.walk_in else AppointmentStatus.BOOKED
    try:
        with transaction.atomic():
            lock_contact(wanted.person)
            patient, contact = _patient(wanted.person, details.patient, now=now)
            appointment = insert(
                visit,
                wanted,
                condition,
                now=now,
                status=status,
                patient=patient,
                contact=contact,
                created_by=Appointment.Actor.STAFF,
                note=details.note,
                walk_in=details.walk_in,
                arrived_at=now if details.walk_in else None,
                contact_request=details.contact_request,
            )
            issue_links(appointment)
            record_consent(wanted.person, source=CONSENT_SOURCE, now=now)
            if contact is not None and not details.walk_in:
                plan_messages.plan(
                    appointment,
                    plan_messages.CONFIRMATION,
                    plan_messages.consented(contact),
                    now=now,
                    with_reminders=True,
                )
            return appointment
    except SlotTaken:
        raise with_alternatives(visit, wanted, now=now) from None


def _patient(person: Person, found: int | None, *, now: datetime) -> tuple[Patient, Contact | None]:
    """The patient and who answers for them; nobody does where neither phone nor mail is known."""
    if found is None and not (person.phone or person.email):
        return patient_without_contact(person, now=now), None
    if found is None:
        return match_patient(person, person.addresses, now=now)
    patient = Patient.objects.get(pk=found)
    if not (person.phone or person.email):
        return patient, None
    contact, _ = Contact.objects.get_or_create(
        patient=patient,
        name=person.contact_name or patient.name,
        relation=person.relation,
        phone=person.phone,
        email=person.email,
    )
    return patient, contact
