"""Staff book for somebody on the phone or at the counter: a patient they found, or a new one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from scheduler.availability.visit_rules import Visit
from scheduler.booking.booking_rules import refuse_without_number
from scheduler.booking.cancel import cancel_contact_appointments
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import MayBeKnown, RequestAnswered
from scheduler.booking.reserve import Draft, Policy
from scheduler.contact_requests.models import ContactRequest
from scheduler.core.status import AppointmentStatus
from scheduler.messaging import plan
from scheduler.messaging.consent.agreed import agreed_by
from scheduler.messaging.consent.record_consent import record_consent
from scheduler.patients.match import contact_locks, match_patient, patient_without_contact
from scheduler.patients.models import Contact, Patient
from scheduler.patients.person import Person
from scheduler.patients.possible_duplicates import possible_duplicates
from scheduler.transactions.lock_order import Key
from scheduler.transactions.locks import Lock
from scheduler.transactions.row_locks import lock_row

CONSENT_SOURCE = "read aloud by staff"
MOST_ALIKE = 5
# What a booking answers: whom we could not reach may call back.
_WAITING = (ContactRequest.Status.OPEN, ContactRequest.Status.UNREACHED)


@dataclass(frozen=True)
class BookByStaff(Policy):
    """Book at once. The consents in the request's person were read aloud, and say so.

    `patient` is the id of one whom staff found; None: match or make one from the request's person,
    but where `ask_first` only one who resembles nobody. A walk-in is here already: arrived, and not
    written to; who would rather come back another day is none. A visit answers the
    `contact_request` it comes from; a call on the call desk does not: the request is done when the
    call is. Raises PhoneNeeded, RequestAnswered and MayBeKnown besides what `reserve` raises.
    """

    patient: int | None = None
    ask_first: bool = False
    note: str = ""
    walk_in: bool = False
    contact_request: ContactRequest | None = None

    staff = True

    def locks(self) -> Iterable[Key]:
        """Of the patient who was found, too: nobody merges them while they are booked for."""
        found = [] if self.patient is None else [(Lock.PATIENT, self.patient)]
        return [*contact_locks(self.request.person), *found]

    def draft(self, visit: Visit, *, now: datetime) -> Draft:
        person = self.request.person
        here = self.walk_in and visit.local_day(self.request.start) == visit.local_day(now)
        contact_request = _unanswered(self.contact_request)
        if self.ask_first and self.patient is None:
            _refuse_known(person)
        patient, contact = _patient(person, self.patient, now=now)
        refuse_without_number(visit, person.phone or patient.phone)
        return Draft(
            status=AppointmentStatus.ARRIVED if here else AppointmentStatus.BOOKED,
            patient=patient,
            contact=contact,
            fields={
                "created_by": Appointment.Actor.STAFF,
                "note": self.note,
                "walk_in": here,
                "arrived_at": now if here else None,
                "contact_request": contact_request,
            },
        )

    def owe(self, appointment: Appointment, draft: Draft, *, now: datetime) -> None:
        record_consent(self.request.person, source=CONSENT_SOURCE, now=now)
        if draft.contact is not None and not appointment.walk_in:
            agreed = agreed_by(draft.contact)
            plan.owe(appointment, plan.CONFIRMATION, agreed, now=now, with_reminders=True)
        if appointment.contact_request is not None:
            _answer(appointment.contact_request, appointment, now=now)


def _unanswered(request: ContactRequest | None) -> ContactRequest | None:
    """The request, locked until the booking stands. Raises RequestAnswered."""
    if request is None:
        return None
    locked = lock_row(ContactRequest.objects.all(), request.pk)
    if locked.status == ContactRequest.Status.DONE:
        raise RequestAnswered
    return locked


def _answer(request: ContactRequest, appointment: Appointment, *, now: datetime) -> None:
    """Write down whom the request was about, and that it is done where this was no call; then no
    other is made."""
    if request.patient_id is None:
        request.patient = appointment.patient
    if request.status in _WAITING and not appointment.provider.call_desk:
        request.status = ContactRequest.Status.DONE
        cancel_contact_appointments(request, now=now)
    request.save(update_fields=["patient", "status"])


def _refuse_known(person: Person) -> None:
    """Raises MayBeKnown where the person resembles a patient."""
    alike = possible_duplicates(
        person.name, born=person.date_of_birth, phone=person.phone, email=person.email
    )
    if found := list(alike[:MOST_ALIKE]):
        raise MayBeKnown(found)


def _patient(person: Person, found: int | None, *, now: datetime) -> tuple[Patient, Contact | None]:
    """The patient and who answers for them; nobody does where neither phone nor mail is known.

    Who was merged since staff found them is booked as the one who was kept.
    """
    if found is None and not (person.phone or person.email):
        return patient_without_contact(person, now=now), None
    if found is None:
        return match_patient(person, person.addresses, now=now)[:2]
    patient = Patient.objects.select_related("merged_into").get(pk=found)
    patient = patient.merged_into or patient
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
