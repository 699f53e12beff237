"""Rows that the product wrote, each made when it is asked for, for a fault to be planted in."""

from datetime import timedelta
from functools import cached_property

from django.contrib.auth.models import User

from scheduler.booking.book_by_staff import ByStaff, book_by_staff
from scheduler.booking.cancel import cancel
from scheduler.booking.models import Appointment
from scheduler.booking.reschedule import reschedule
from scheduler.closures.models import ProviderDelay, RescheduleOffer
from scheduler.closures.run_late import run_late
from scheduler.contact_requests.models import ContactRequest
from scheduler.links.models import Link
from scheduler.messaging.models import Consent, Message, OptOut
from scheduler.patients.add_note import add_note
from scheduler.patients.merge import merge_patients
from scheduler.patients.models import Patient, PatientNote
from scheduler.replies.models import InboundText
from scheduler.replies.receive import receive
from tests.calls import ask
from tests.closures.closing import sent_offer
from tests.factories import (
    NOW,
    PATIENT,
    STAFF,
    TUESDAY,
    book,
    hold,
    make_patient,
    make_provider,
    make_visit_type,
    somebody,
    wanted,
)
from tests.messaging.carriers import Carrier, deliver_due
from tests.staff import make_user

HOUR = timedelta(hours=1)
STRANGER = "+14195550188"


class World:
    """Dana's clinic on the Monday; by the time of the check three hours have passed."""

    @cached_property
    def booked(self) -> Appointment:
        return book()

    @cached_property
    def silent(self) -> Appointment:
        """Of who did not agree to be written to."""
        quiet = somebody(3, sms_consent=False, email_consent=False)
        return book(TUESDAY + 3 * HOUR, person=quiet)

    @cached_property
    def moved(self) -> Appointment:
        visit = book(person=somebody(1))
        return reschedule(visit.pk, TUESDAY + HOUR, by=PATIENT, now=NOW)

    @cached_property
    def off(self) -> Appointment:
        visit = book(TUESDAY + 5 * HOUR, person=somebody(2))
        return cancel(visit.pk, by=PATIENT, now=NOW)

    @cached_property
    def held(self) -> Appointment:
        return hold()

    @cached_property
    def on_top(self) -> Appointment:
        """Overbooked, with a reason, over another visit of the same provider."""
        make_visit_type()
        make_provider("omar", "check-up")
        book(visit_type="check-up", person=somebody(6), by=STAFF)
        over = wanted(
            visit_type="check-up", person=somebody(7), overbook_reason="In pain", provider="omar"
        )
        return book_by_staff(over, ByStaff(), now=NOW)

    @cached_property
    def reminder(self) -> Message:
        return self.booked.messages.get(kind="reminder-1-day", channel="sms")

    @cached_property
    def confirmation(self) -> Message:
        return self.booked.messages.get(kind="confirmation", channel="sms")

    @cached_property
    def sent(self) -> Message:
        """The confirmation, which the carrier took an hour later."""
        confirmation = self.confirmation
        deliver_due(Carrier(), now=NOW + HOUR)
        return Message.objects.get(pk=confirmation.pk, status="accepted")

    @cached_property
    def withdrawn(self) -> Message:
        """A reminder of the time before the move."""
        return self.moved.messages.get(kind="reminder-1-day", channel="sms", sequence=0)

    @cached_property
    def reminder_of_off(self) -> Message:
        return self.off.messages.get(kind="reminder-1-day", channel="sms")

    @cached_property
    def link_of_off(self) -> Link:
        return self.off.links.get(purpose="a")

    @cached_property
    def consent(self) -> Consent:
        assert self.booked
        return Consent.objects.get(channel="sms")

    @cached_property
    def request(self) -> ContactRequest:
        return ask()

    @cached_property
    def request_link(self) -> Link:
        return self.request.links.get()

    @cached_property
    def stop(self) -> InboundText:
        return receive("SM1", STRANGER, "STOP", now=NOW)

    @cached_property
    def question(self) -> InboundText:
        return receive("SM2", STRANGER, "is there parking", now=NOW)

    @cached_property
    def opt_out(self) -> OptOut:
        assert self.question
        receive("SM3", STRANGER, "please no more texts", now=NOW)
        return OptOut.objects.get()

    @cached_property
    def offer(self) -> RescheduleOffer:
        return sent_offer()

    @cached_property
    def note(self) -> PatientNote:
        """Of a patient into whom another was merged."""
        kept, other = make_patient(), make_patient("Anna Ruiz")
        make_patient("Bo Lee", phone="+14195550142")
        note = add_note(kept, "Prefers mornings.", by=self.person.pk, now=NOW)
        merge_patients(kept.pk, other.pk)
        return note

    @cached_property
    def patient(self) -> Patient:
        return make_patient()

    @cached_property
    def person(self) -> User:
        return make_user()

    @cached_property
    def delay(self) -> ProviderDelay:
        run_late(self.booked.provider_id, 15, by=self.person.pk, now=NOW)
        return ProviderDelay.objects.get()
