"""Book at once, without a code."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from scheduler.availability.visit_rules import Visit
from scheduler.booking.booking_rules import refuse_second_visit
from scheduler.booking.models import Appointment
from scheduler.booking.reserve import Draft, Policy
from scheduler.core.status import AppointmentStatus
from scheduler.messaging import plan
from scheduler.messaging.consent.record_consent import record_consent
from scheduler.patients.match import contact_locks, match_patient
from scheduler.transactions.lock_order import Key


@dataclass(frozen=True)
class BookAtOnce(Policy):
    """A patient's booking where verification is switched off: nobody proves the number.

    Raises AlreadyBooked besides what `reserve` raises.
    """

    def locks(self) -> Iterable[Key]:
        return contact_locks(self.request.person)

    def draft(self, visit: Visit, *, now: datetime) -> Draft:
        person = self.request.person
        match = match_patient(person, person.addresses, now=now)
        if not match.is_new:
            refuse_second_visit(match.patient, visit.id, now=now)
        return Draft(status=AppointmentStatus.BOOKED, patient=match.patient, contact=match.contact)

    def owe(self, appointment: Appointment, draft: Draft, *, now: datetime) -> None:
        person = self.request.person
        record_consent(person, source="booking by patient", now=now)
        plan.owe(appointment, plan.CONFIRMATION, person.agreed, now=now, with_reminders=True)
