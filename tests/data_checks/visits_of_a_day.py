"""Visits of a day, and what hangs on them: each made when it is asked for."""

from datetime import timedelta
from functools import cached_property

from scheduler.booking.book_by_staff import BookByStaff
from scheduler.booking.cancel import cancel
from scheduler.booking.models import Appointment
from scheduler.booking.reschedule import reschedule
from scheduler.booking.reserve import reserve
from scheduler.closures.models import EmergencyClosure, ProviderDelay, RescheduleOffer
from scheduler.closures.run_late import run_late
from scheduler.links.models import Link
from scheduler.messaging.models import Consent, Message
from scheduler.transactions.idempotency import IdempotentCall
from scheduler.transactions.models import IdempotencyKey
from scheduler.worklist.ask_staff import ask_staff
from scheduler.worklist.models import StaffTask
from tests.closures.closing import manager_id, offer_of, plan, send
from tests.data_checks.day import HOUR, Day
from tests.factories import NOW, PATIENT, STAFF, hold, make_provider, make_visit_type, wanted
from tests.messaging.carriers import deliver_due


class Visits(Day):
    """Rows by what was done to a visit, a hold or its messages."""

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
    def code(self) -> Message:
        return self.held.messages.get(kind="code")

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
    def beside(self) -> Appointment:
        """At the same time as Dana's visit, with another provider, in another room, and silent."""
        assert self.booked
        slug = f"provider-{self.day}"
        make_provider(slug, "new-patient")
        person = self.somebody(6, sms_consent=False, email_consent=False)
        return self.book(0, person, provider=slug, by=STAFF)

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
    def closed_day(self) -> EmergencyClosure:
        """Planned eight days before, which is as early as it need be: nobody was told."""
        return plan(day=self.ten.date(), now=self.ten - timedelta(days=8))

    @cached_property
    def planned_offer(self) -> RescheduleOffer:
        """Another time is kept for the day's visit, whose patient was not told."""
        visit = self.booked
        assert self.closed_day
        return offer_of(visit)

    @cached_property
    def offer(self) -> RescheduleOffer:
        """The visit was called off, and another time is kept for its patient."""
        assert self.planned_offer
        send(self.closed_day, now=self.closed_day.created_at)
        return offer_of(self.booked)

    @cached_property
    def closed_task(self) -> StaffTask:
        visit = self.offer.appointment
        return ask_staff(StaffTask.Kind.CALL_CLOSED, appointment=visit, now=self.offer.created_at)

    @cached_property
    def task(self) -> StaffTask:
        """To tell somebody of a change."""
        visit = self.booked
        return ask_staff(StaffTask.Kind.CALL_CHANGED, appointment=visit, now=self.now)

    @cached_property
    def delay(self) -> ProviderDelay:
        run_late(self.booked.provider_id, 15, by=manager_id(), now=self.now)
        return ProviderDelay.objects.get()

    @cached_property
    def kept_answer(self) -> IdempotencyKey:
        """The answer to the call that booked."""
        visit = self.booked
        call = IdempotentCall(f"call {self.day}", b"{}", lambda booked: {"id": booked.reference})
        call.remember(visit, now=self.now)
        return IdempotencyKey.objects.get(reference=visit.reference)
