"""Rows that the product wrote, each made when it is asked for, for a fault to be planted in."""

from functools import cached_property

from django.contrib.auth.models import User

from scheduler.booking.models import Appointment
from scheduler.clinic.load_call_desk import load_call_desk
from scheduler.clinic.models import Provider, WeeklyHours
from scheduler.contact_requests.claim_call import claim_request
from scheduler.contact_requests.models import ContactRequest
from scheduler.contact_requests.schedule_call import schedule_call
from scheduler.links.models import Link
from scheduler.messaging.consent.opt_out import opt_out
from scheduler.messaging.consent.stop_reminders import stop_reminders
from scheduler.messaging.models import BadAddress, Message, OptOut, ReminderOptOut
from scheduler.patients.add_note import add_note
from scheduler.patients.merge import merge_patients
from scheduler.patients.models import Patient, PatientNote
from scheduler.replies.models import InboundText
from scheduler.replies.receive import receive
from tests.calls import ask
from tests.data_checks.visits_of_a_day import Visits
from tests.factories import make_patient, make_provider, make_visit_type
from tests.messaging.carriers import deliver_due
from tests.staff import make_user


class World(Visits):
    """A day of the clinic, its strangers and its staff: a number of its own that writes, asks to be
    called and opts out."""

    @cached_property
    def request(self) -> ContactRequest:
        return ask(
            name=f"Caller {self.day}", phone=self.stranger, network=self.network, now=self.now
        )

    @cached_property
    def request_link(self) -> Link:
        return self.request.links.get()

    @cached_property
    def receipt(self) -> Message:
        """What tells them that their request came in."""
        return self.request.messages.get()

    @cached_property
    def taken_request(self) -> ContactRequest:
        claim_request(self.request.pk, by=self.person, now=self.now)
        return self.request

    @cached_property
    def arranged_call(self) -> Appointment:
        load_call_desk()
        return schedule_call(self.request.pk, self.ten, by=self.person, now=self.now)

    @cached_property
    def request_after_a_merge(self) -> ContactRequest:
        """Its number is that of a patient who was merged into another."""
        assert self.merged
        return self.request

    @cached_property
    def stop(self) -> InboundText:
        return receive(f"SM{self.day}1", self.stranger, "STOP", now=self.now)

    @cached_property
    def question(self) -> InboundText:
        return receive(f"SM{self.day}2", self.stranger, "is there parking", now=self.now)

    @cached_property
    def answer(self) -> Message:
        """What answered the question."""
        return Message.objects.get(inbound=self.question)

    @cached_property
    def doubtful_stop(self) -> InboundText:
        return receive(f"SM{self.day}3", self.stranger, "please no more texts", now=self.now)

    @cached_property
    def opt_out(self) -> OptOut:
        """The pause that a doubtful stop makes."""
        assert self.question
        assert self.doubtful_stop
        return OptOut.objects.get(address=self.stranger)

    @cached_property
    def acknowledgement(self) -> Message:
        """What answered a stop that Twilio does not know, at once."""
        stop = receive(f"SM{self.day}4", self.stranger, "PARAR", now=self.now)
        deliver_due(self.carrier, now=self.now)
        return Message.objects.get(inbound=stop, status="accepted")

    @cached_property
    def mail_opt_out(self) -> OptOut:
        address = self.somebody(8).email
        opt_out("email", address, source="page", now=self.now)
        return OptOut.objects.get(address=address)

    @cached_property
    def bad_address(self) -> BadAddress:
        return BadAddress.objects.create(
            channel="sms", address=self.stranger, code="30006", at=self.now
        )

    @cached_property
    def reminder_stop(self) -> ReminderOptOut:
        stop_reminders("sms", self.stranger, source="page", now=self.now)
        return ReminderOptOut.objects.get(address=self.stranger)

    @cached_property
    def patient(self) -> Patient:
        return make_patient(phone=self.stranger)

    @cached_property
    def merged(self) -> Patient:
        """Into another with the same number."""
        kept = make_patient(phone=self.stranger)
        gone = make_patient("Anna Ruiz", phone=self.stranger)
        merge_patients(kept.pk, gone.pk)
        return Patient.objects.get(pk=gone.pk)

    @cached_property
    def note(self) -> PatientNote:
        """Of a patient into whom another was merged."""
        kept = self.merged.merged_into
        assert kept
        return add_note(kept, "Prefers mornings.", by=self.person.pk, now=self.now)

    @cached_property
    def person(self) -> User:
        return make_user(username=f"person-{self.day}")

    @cached_property
    def provider_beside_the_desk(self) -> Provider:
        load_call_desk()
        return self._newcomer

    @cached_property
    def weekly_hours(self) -> WeeklyHours:
        return self._newcomer.weekly_hours.earliest("pk")

    @property
    def _newcomer(self) -> Provider:
        make_visit_type(f"check-up-{self.day}")
        return make_provider(f"provider-{self.day}", f"check-up-{self.day}")
