"""Everything that is kept about one patient, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from scheduler.booking.models import Appointment
from scheduler.contact_requests.models import ContactRequest
from scheduler.core.status import PATIENT_LIVE
from scheduler.messaging.models import (
    BadAddress,
    Channel,
    Consent,
    Message,
    OptOut,
    ReminderOptOut,
)
from scheduler.patients.models import Contact, Patient, PatientNote
from scheduler.replies.models import InboundText

Address = tuple[str, str]
"""(channel, number or mail address)"""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said about writing to an address, or its carrier said."""

    at: datetime
    what: str
    source: str
    wording: str = ""


@dataclass(slots=True)
class AddressRecord:
    """What an address allows today: `state` is none, agreed, withdrawn, paused or stopped.

    `unusable` is the carrier's code where nothing can be sent there, until a page puts it into
    words; with `no_reminders` its owner wants none there. `history` is newest first.
    """

    channel: str
    address: str
    whose: str
    state: str = "none"
    unusable: str = ""
    no_reminders: bool = False
    history: list[Said] = field(default_factory=list)

    @property
    def is_text(self) -> bool:
        return self.channel == Channel.SMS


@dataclass(frozen=True, slots=True)
class Record:
    """`coming` is sorted by start, everything else newest first."""

    patient: Patient
    contacts: list[Contact]
    standings: list[AddressRecord]
    coming: list[Appointment]
    past: list[Appointment]
    messages: list[Message]
    texts: list[InboundText]
    requests: list[ContactRequest]
    notes: list[PatientNote]
    merged: list[Patient]


def patient_record(patient: Patient, *, now: datetime) -> Record:
    contacts = list(patient.contacts.order_by("pk"))
    standings = address_records(patient, contacts)
    visits = list(
        Appointment.objects.filter(patient=patient)
        .select_related("visit_type", "provider", "room", "condition", "contact")
        .order_by("-starts_at", "-pk")
    )
    coming = [one for one in visits if one.status in PATIENT_LIVE and one.ends_at > now]
    numbers = [one.address for one in standings if one.is_text]
    texts = InboundText.objects.filter(from_number__in=numbers).order_by("-received_at", "-pk")
    messages = (
        Message.objects.filter(
            Q(appointment__patient=patient)
            | Q(contact_request__patient=patient)
            | Q(inbound__from_number__in=numbers)
        )
        .select_related(
            "appointment__visit_type", "appointment__patient", "contact_request__patient"
        )
        .order_by("-due_at", "-pk")
    )
    return Record(
        patient=patient,
        contacts=contacts,
        standings=standings,
        coming=coming[::-1],
        past=[one for one in visits if one not in coming],
        messages=list(messages),
        texts=list(texts),
        requests=list(patient.contact_requests.order_by("-created_at", "-pk")),
        notes=list(patient.notes.select_related("by")),
        merged=list(Patient.objects.filter(merged_into=patient).order_by("pk")),
    )


def address_records(patient: Patient, contacts: Iterable[Contact]) -> list[AddressRecord]:
    """The patient's and the helpers' numbers and addresses, each once."""
    found: dict[Address, AddressRecord] = {}
    people: list[Patient | Contact] = [patient, *contacts]
    for person in people:
        for channel, address in ((Channel.SMS, str(person.phone)), (Channel.EMAIL, person.email)):
            if address:
                key = (channel.value, address)
                found.setdefault(key, AddressRecord(*key, whose=person.name))
    addresses = {address for _, address in found}
    for consent in Consent.objects.filter(address__in=addresses).order_by("at", "pk"):
        _note_consent(found.get((consent.channel, consent.address)), consent)
    for stop in OptOut.objects.filter(address__in=addresses).order_by("at", "pk"):
        _note_stop(found.get((stop.channel, stop.address)), stop)
    for quiet in ReminderOptOut.objects.filter(address__in=addresses).order_by("at", "pk"):
        _note_reminder_stop(found.get((quiet.channel, quiet.address)), quiet)
    for bad in BadAddress.objects.filter(address__in=addresses):
        if standing := found.get((bad.channel, bad.address)):
            standing.unusable = bad.code
    for standing in found.values():
        standing.history.sort(key=lambda said: said.at, reverse=True)
    return list(found.values())


def _note_consent(standing: AddressRecord | None, consent: Consent) -> None:
    if standing:
        standing.state = "agreed" if consent.granted else "withdrawn"
        what = "Agreed" if consent.granted else "Withdrawn"
        standing.history.append(Said(consent.at, what, consent.source, consent.wording))


def _note_stop(standing: AddressRecord | None, stop: OptOut) -> None:
    if standing is None:
        return
    if stop.lifted_at is None:
        standing.state = "paused" if stop.paused_for_staff else "stopped"
    else:
        standing.history.append(Said(stop.lifted_at, "May be written to again", ""))
    what = "Paused until a person has read their text" if stop.paused_for_staff else "Stopped"
    standing.history.append(Said(stop.at, what, stop.source))


def _note_reminder_stop(standing: AddressRecord | None, quiet: ReminderOptOut) -> None:
    if standing is None:
        return
    if quiet.lifted_at is None:
        standing.no_reminders = True
    else:
        standing.history.append(Said(quiet.lifted_at, "May be reminded again", ""))
    standing.history.append(Said(quiet.at, "No reminders", quiet.source))
