"""Change who a patient is and how they are reached."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from scheduler.booking.models import Appointment
from scheduler.core.message_status import MessageStatus
from scheduler.core.refusal import Audience, Refusal
from scheduler.messaging.models import Channel, Message
from scheduler.patients.models import Contact, Patient
from scheduler.patients.names import fold_name
from scheduler.transactions.row_locks import lock_row, lock_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """As typed and checked. `phone` is E.164 or empty."""

    name: str
    date_of_birth: date | None
    phone: str
    email: str
    language: str


class MergedAway(Refusal):
    """The patient was merged into another: change that one."""

    code = "merged-away"
    met_by = Audience.STAFF


def change_patient(patient_id: int, details: Details, *, now: datetime) -> Patient:
    """Their own contacts follow, and so do the messages that are planned to the old number or
    address: whether the new one agreed is asked when they are sent. Raises MergedAway.
    """
    with transaction.atomic():
        patient = lock_row(Patient.objects.all(), patient_id)
        if patient.merged_into_id:
            raise MergedAway
        # Who moves a visit at this moment plans messages to the old number: they come first.
        lock_rows(Appointment.objects.filter(patient=patient, starts_at__gt=now))
        before = Details(
            name=patient.name,
            date_of_birth=patient.date_of_birth,
            phone=str(patient.phone),
            email=patient.email,
            language=patient.language,
        )
        patient.name = details.name
        patient.folded_name = fold_name(details.name)
        patient.date_of_birth = details.date_of_birth
        patient.phone = details.phone
        patient.email = details.email
        patient.language = details.language
        patient.save()
        _follow(patient, Channel.SMS.value, before.phone, details.phone, now=now)
        _follow(patient, Channel.EMAIL.value, before.email, details.email, now=now)
        for contact in patient.contacts.filter(relation=Contact.SELF):
            _change_contact(contact, before, details)
        return patient


def _follow(patient: Patient, channel: str, old: str, new: str, *, now: datetime) -> None:
    if not old or old == new:
        return
    planned = Message.objects.filter(
        appointment__patient=patient,
        appointment__contact__relation=Contact.SELF,
        channel=channel,
        to=old,
        status=MessageStatus.PLANNED,
    )
    if new:
        planned.update(to=new)
    else:
        planned.update(status=MessageStatus.SUPPRESSED, reason="no-address", settled_at=now)


def _change_contact(contact: Contact, before: Details, details: Details) -> None:
    """What the contact had of the patient's old details becomes the new one.

    One that could not be reached any more stays as it was. Where another equals it already, that
    one answers for its visits from now on.
    """
    changed = {
        field: getattr(details, field)
        for field in ("name", "phone", "email")
        if str(getattr(contact, field)) == getattr(before, field)
    }
    for field, value in changed.items():
        setattr(contact, field, value)
    if not changed or not (contact.phone or contact.email):
        return
    twins = Contact.objects.filter(
        patient=contact.patient_id,
        name=contact.name,
        relation=contact.relation,
        phone=contact.phone,
        email=contact.email,
    ).exclude(pk=contact.pk)
    if (twin := twins.first()) is not None:
        Appointment.objects.filter(contact=contact).update(contact=twin)
    else:
        contact.save(update_fields=["name", "phone", "email"])
