"""Staff book for somebody on the phone or at the counter: a patient they found, or a new one."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from scheduler.availability.visit_rules import Visit, load_visit
from scheduler.booking.cancel_contact_appointments import cancel_contact_appointments
from scheduler.booking.holds.expire import expire_holds
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import MayBeKnown, RequestAnswered, SlotTaken
from scheduler.booking.reserve import (
    BookingRequest,
    booking_rules,
    insert_appointment,
    lock_slot,
    refuse_without_number,
    with_alternatives,
)
from scheduler.clinic.models import Condition
from scheduler.contact_requests.models import ContactRequest
from scheduler.core.status import AppointmentStatus
from scheduler.links.issue import issue_links
from scheduler.messaging import plan
from scheduler.messaging.consent.record_consent import record_consent
from scheduler.patients.match import lock_contact, match_patient, patient_without_contact
from scheduler.patients.models import Contact, Patient
from scheduler.patients.person import Person
from scheduler.patients.possible_duplicates import possible_duplicates
from scheduler.transactions.idempotency import IdempotentCall
from scheduler.transactions.row_locks import lock_row

CONSENT_SOURCE = "read aloud by staff"
MOST_ALIKE = 5
# What a booking answers: whom we could not reach may call back.
_WAITING = (ContactRequest.Status.OPEN, ContactRequest.Status.UNREACHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ByStaff:
    """What only staff say of a booking.

    `patient` is the id of one they found; None: match or make one from `Wanted.person`, but where
    `ask_first` only one who resembles nobody. A walk-in is here already: arrived, and not written
    to; who would rather come back another day is none. A visit answers the `contact_request` it
    comes from; a call on the call desk does not: the request is done when the call is.
    """

    patient: int | None = None
    ask_first: bool = False
    note: str = ""
    walk_in: bool = False
    contact_request: ContactRequest | None = None


def book_by_staff(
    wanted: BookingRequest,
    details: ByStaff,
    *,
    now: datetime,
    idempotency: IdempotentCall | None = None,
) -> Appointment:
    """Book at once. The consents in `wanted.person` were read aloud and are kept with that source.

    Raises UnknownVisitType, UnknownProvider, UnknownCondition, NotOffered, SlotTaken (with
    alternatives), PatientBusy, PhoneNeeded, RequestAnswered and MayBeKnown; then nothing is
    written. `idempotency` makes a repeated call raise Replay.
    """
    visit, condition = booking_rules(wanted, staff=True)
    expire_holds(*visit.busy(wanted.start), now=now)
    try:
        with transaction.atomic():
            if idempotency:
                idempotency.claim(now=now)
            lock_booking(visit, wanted)
            appointment = write_booking(visit, condition, wanted, details, now=now)
            if idempotency:
                idempotency.remember(appointment, now=now)
            return appointment
    except SlotTaken:
        offered = load_visit(wanted.visit_type, staff=True).for_staff(on_its_grid=True)
        raise with_alternatives(offered, wanted, now=now) from None


def lock_booking(visit: Visit, wanted: BookingRequest) -> None:
    """Every lock that such a booking needs, before any row is locked. Raises UnknownProvider."""
    lock_contact(wanted.person)
    lock_slot(visit, wanted)


def write_booking(
    visit: Visit,
    condition: Condition | None,
    wanted: BookingRequest,
    details: ByStaff,
    *,
    now: datetime,
) -> Appointment:
    """The booking itself, in the caller's transaction and under the locks of `lock_booking`.

    `visit` and `condition` are those of `booking_rules`, and lapsed holds are out of the way.
    Raises what `book_by_staff` raises, SlotTaken without alternatives.
    """
    here = details.walk_in and visit.local_day(wanted.start) == visit.local_day(now)
    request = _unanswered(details.contact_request)
    if details.ask_first and details.patient is None:
        _refuse_known(wanted.person)
    patient, contact = _patient(wanted.person, details.patient, now=now)
    refuse_without_number(visit, wanted.person.phone or patient.phone)
    appointment = insert_appointment(
        visit,
        wanted,
        condition,
        now=now,
        status=AppointmentStatus.ARRIVED if here else AppointmentStatus.BOOKED,
        patient=patient,
        contact=contact,
        created_by=Appointment.Actor.STAFF,
        note=details.note,
        walk_in=here,
        arrived_at=now if here else None,
        contact_request=request,
    )
    issue_links(appointment)
    record_consent(wanted.person, source=CONSENT_SOURCE, now=now)
    if contact is not None and not here:
        plan.plan(
            appointment,
            plan.CONFIRMATION,
            plan.consented(contact),
            now=now,
            with_reminders=True,
        )
    if request is not None:
        _answer(request, appointment, now=now)
    return appointment


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
