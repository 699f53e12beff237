"""Turn a hold into an appointment, once its contact is proven by a code or by a call."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from scheduler.booking.booking_rules import refuse_second_visit
from scheduler.booking.holds.send_code import check_held
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import HoldExpired, NotForACall
from scheduler.booking.unless_taken import unless_taken
from scheduler.messaging import plan
from scheduler.messaging.consent.agreed import Address
from scheduler.messaging.consent.record_consent import record_consent
from scheduler.messaging.models import Channel
from scheduler.patients.match import Match, lock_contact, match_patient
from scheduler.patients.person import Person
from scheduler.transactions.locks import Lock, exclusive
from scheduler.transactions.statements import change_row
from scheduler.worklist.models import StaffTask

# The one statement both asks whether the time is still kept and books it.
_BOOK = """
    UPDATE scheduler_appointment
       SET status = 'booked', patient_id = %(patient)s, contact_id = %(contact)s,
           held_details = NULL, hold_expires_at = NULL, version = version + 1
     WHERE id = %(held)s AND status = 'held' AND hold_expires_at > %(now)s
    RETURNING {columns}
"""


def book_held(
    held: Appointment, *, proven: list[Address], source: str, now: datetime
) -> Appointment:
    """Book the held time for the patient whom a proven address, the name and birth date mean.

    One proof vouches for what was typed beside it: who gave a number and a mail address expects
    the confirmation and the reminders at both, so both get them, as far as was agreed. Who the
    patient is, though, is decided by the proven address alone, and the consent of the other one
    says in its source that nobody proved it. `source` is that of the proven one.

    Raises HoldExpired, AlreadyVerified, AlreadyBooked, PatientBusy and SlotTaken.
    """
    person = Person.from_json(held.held_details or {})
    with transaction.atomic():
        lock_contact(person)
        match = match_patient(person, proven, now=now)
        if not match.is_new:
            exclusive((Lock.PATIENT, match.patient.pk))
            # It may be this very hold that gave them a visit meanwhile, from another tab.
            check_held(Appointment.objects.get(pk=held.pk), now=now)
            refuse_second_visit(match.patient, held.visit_type_id, now=now)
        appointment = _become_booked(held, match, now=now)
        record_consent(person, source=source, proven=proven, now=now)
        plan.withdraw(appointment, now=now)
        plan.owe(appointment, plan.CONFIRMATION, person.agreed, now=now, with_reminders=True)
        return appointment


def _become_booked(held: Appointment, match: Match, *, now: datetime) -> Appointment:
    values = {
        "held": held.pk,
        "patient": match.patient.pk,
        "contact": match.contact.pk,
        "now": now,
    }
    with unless_taken(held):
        booked = change_row(Appointment, _BOOK, values)
    if booked is None:
        check_held(Appointment.objects.get(pk=held.pk), now=now)
        raise HoldExpired
    booked.patient, booked.contact = match.patient, match.contact
    return booked


def book_held_by_call(appointment_id: int, *, now: datetime) -> Appointment:
    """Staff reached the person on their phone: book the time that was kept.

    The task is the caller's to settle. Raises NotForACall and what `book_held` raises.
    """
    held = Appointment.objects.get(pk=appointment_id)
    check_held(held, now=now)
    if held.held_details is None:
        raise NotForACall
    proven = [(Channel.SMS.value, Person.from_json(held.held_details).phone)]
    return book_held(held, proven=proven, source="call by staff", now=now)


def book_after_call(appointment_id: int, *, now: datetime) -> Appointment:
    """The same where nobody wrote a call down: the task is settled with it."""
    with transaction.atomic():
        booked = book_held_by_call(appointment_id, now=now)
        settle_calls(booked, by=None, now=now)
        return booked


def settle_calls(appointment: Appointment, *, by: User | None, now: datetime) -> None:
    """Nobody needs to call about the kept time any more; `by` is who did."""
    StaffTask.objects.filter(
        appointment=appointment, kind=StaffTask.Kind.CALL_TO_BOOK, done_at=None
    ).update(done_at=now, done_by=by)
