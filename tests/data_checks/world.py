"""Rows that the product wrote, each made when it is asked for, for a fault to be planted in."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from django.contrib.auth.models import User

from scheduler.booking.book_by_staff import BookByStaff
from scheduler.booking.cancel import cancel
from scheduler.booking.models import Appointment
from scheduler.booking.reschedule import reschedule
from scheduler.booking.reserve import reserve
from scheduler.closures.models import ProviderDelay, RescheduleOffer
from scheduler.closures.run_late import run_late
from scheduler.contact_requests.models import ContactRequest
from scheduler.links.models import Link
from scheduler.messaging.consent.stop_reminders import stop_reminders
from scheduler.messaging.models import Consent, Message, OptOut, ReminderOptOut
from scheduler.patients.add_note import add_note
from scheduler.patients.merge import merge_patients
from scheduler.patients.models import Patient, PatientNote
from scheduler.patients.person import Person
from scheduler.replies.models import InboundText
from scheduler.replies.receive import receive
from tests.calls import ask
from tests.closures.closing import offer_of, plan, send
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


class World:
    """A day of Dana's clinic with people of its own: what is broken in one leaves the others be.

    Days are counted from the Tuesday, two a week. What leads to one is done on the Monday, in a
    second of its own; by the time of the check three hours have passed. `carrier` takes the
    messages of all days.
    """

    def __init__(self, day: int, carrier: Carrier) -> None:
        weeks, days = divmod(day, 2)
        self.day = day
        self.now = NOW + timedelta(seconds=day)
        self.ten = TUESDAY + timedelta(weeks=weeks, days=days)
        self.network = f"198.51.{day}.0/24"
        self.stranger = f"+14195550{100 + day}"
        self.carrier = carrier

    def somebody(self, number: int, **changes: Any) -> Person:
        return somebody(10 * self.day + number, **changes)

    def book(self, hours: int, person: Person, **changes: Any) -> Appointment:
        """A visit so many hours after ten."""
        start = self.ten + hours * HOUR
        return book(start, person=person, network=self.network, now=self.now, **changes)

    @cached_property
    def booked(self) -> Appointment:
        return self.book(0, self.somebody(0))

    @cached_property
    def silent(self) -> Appointment:
        """Of who did not agree to be written to."""
        return self.book(3, self.somebody(3, sms_consent=False, email_consent=False))

    @cached_property
    def moved(self) -> Appointment:
        visit = self.book(0, self.somebody(1))
        return reschedule(visit.pk, self.ten + HOUR, by=PATIENT, now=self.now)

    @cached_property
    def off(self) -> Appointment:
        visit = self.book(5, self.somebody(2))
        return cancel(visit.pk, by=PATIENT, now=self.now)

    @cached_property
    def held(self) -> Appointment:
        return hold(self.ten, person=self.somebody(4), network=self.network, now=self.now)

    @cached_property
    def on_top(self) -> Appointment:
        """Overbooked, with a reason, over another visit of the same provider."""
        make_visit_type()
        make_provider("omar", "check-up")
        self.book(0, self.somebody(6), visit_type="check-up", by=STAFF)
        over = wanted(
            self.ten,
            visit_type="check-up",
            person=self.somebody(7),
            overbook_reason="In pain",
            provider="omar",
        )
        return reserve(BookByStaff(over), now=self.now)

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
        deliver_due(self.carrier, now=NOW + HOUR)
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
        return Consent.objects.get(channel="sms", address=self.somebody(0).phone)

    @cached_property
    def request(self) -> ContactRequest:
        return ask(name=f"Caller {self.day}", phone=self.stranger, now=self.now)

    @cached_property
    def request_link(self) -> Link:
        return self.request.links.get()

    @cached_property
    def stop(self) -> InboundText:
        return receive(f"SM{self.day}1", self.stranger, "STOP", now=self.now)

    @cached_property
    def question(self) -> InboundText:
        return receive(f"SM{self.day}2", self.stranger, "is there parking", now=self.now)

    @cached_property
    def opt_out(self) -> OptOut:
        assert self.question
        receive(f"SM{self.day}3", self.stranger, "please no more texts", now=self.now)
        return OptOut.objects.get(address=self.stranger)

    @cached_property
    def reminder_stop(self) -> ReminderOptOut:
        stop_reminders("sms", self.stranger, source="page", now=self.now)
        return ReminderOptOut.objects.get(address=self.stranger)

    @cached_property
    def offer(self) -> RescheduleOffer:
        """The day's visit was called off, and another time is kept for its patient."""
        visit = self.booked
        send(plan(day=self.ten.date(), now=self.now), now=self.now)
        return offer_of(visit)

    @cached_property
    def note(self) -> PatientNote:
        """Of a patient into whom another was merged."""
        kept = make_patient(phone=self.stranger)
        other = make_patient("Anna Ruiz", phone=self.stranger)
        note = add_note(kept, "Prefers mornings.", by=self.person.pk, now=self.now)
        merge_patients(kept.pk, other.pk)
        return note

    @cached_property
    def patient(self) -> Patient:
        return make_patient(phone=self.stranger)

    @cached_property
    def person(self) -> User:
        return make_user(username=f"person-{self.day}")

    @cached_property
    def delay(self) -> ProviderDelay:
        run_late(self.booked.provider_id, 15, by=self.person.pk, now=self.now)
        return ProviderDelay.objects.get()
