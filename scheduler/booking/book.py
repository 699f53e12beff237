"""Take a time: hold it while a code is on its way, or book it at once."""

from datetime import datetime

from django.db import transaction

from scheduler.booking.holds.expire import expire_holds
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import AlreadyBooked, SlotTaken
from scheduler.booking.reserve import (
    BookingRequest,
    booking_rules,
    insert_appointment,
    lock_slot,
    with_alternatives,
)
from scheduler.core.status import PATIENT_LIVE, AppointmentStatus
from scheduler.links.issue import issue_links
from scheduler.messaging import plan
from scheduler.messaging.consent.record_consent import record_consent
from scheduler.patients.match import lock_contact, match_patient
from scheduler.patients.models import Patient
from scheduler.transactions.idempotency import IdempotentCall


def book_at_once(
    wanted: BookingRequest, *, now: datetime, by: str, idempotency: IdempotentCall | None = None
) -> Appointment:
    """Book without a code: by staff, or where verification is switched off.

    Raises what `hold` raises, and AlreadyBooked and PatientBusy; then nothing is written.
    """
    staff = by == Appointment.Actor.STAFF
    visit, condition = booking_rules(wanted, staff=staff)
    expire_holds(*visit.busy(wanted.start), now=now)
    person = wanted.person
    try:
        with transaction.atomic():
            if idempotency:
                idempotency.claim(now=now)
            lock_contact(person)
            lock_slot(visit, wanted)
            patient, contact = match_patient(person, person.addresses, now=now)
            if not staff:
                refuse_second_visit(patient, visit.id, now=now)
            appointment = insert_appointment(
                visit,
                wanted,
                condition,
                now=now,
                status=AppointmentStatus.BOOKED,
                patient=patient,
                contact=contact,
                created_by=by,
            )
            issue_links(appointment)
            record_consent(person, source=f"booking by {by}", now=now)
            plan.plan(
                appointment,
                plan.CONFIRMATION,
                person.agreed,
                now=now,
                with_reminders=True,
            )
            if idempotency:
                idempotency.remember(appointment, now=now)
            return appointment
    except SlotTaken:
        raise with_alternatives(visit, wanted, now=now) from None


def refuse_second_visit(patient: Patient, visit_type: int, *, now: datetime) -> None:
    """Raises AlreadyBooked where the patient has an upcoming visit of this type."""
    upcoming = Appointment.objects.filter(
        patient=patient, visit_type=visit_type, status__in=PATIENT_LIVE, starts_at__gt=now
    )
    if upcoming.exists():
        raise AlreadyBooked
