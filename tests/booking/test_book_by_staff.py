"""Staff book: at short notice, far ahead, on top of others with a reason, for whom they know."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from scheduler.booking.book_by_staff import BookByStaff
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import (
    MayBeKnown,
    NotOffered,
    PatientBusy,
    PhoneNeeded,
    RequestAnswered,
    SlotTaken,
)
from scheduler.booking.reschedule import reschedule
from scheduler.booking.reserve import BookingRequest, reserve
from scheduler.clinic.load_call_desk import load_call_desk
from scheduler.clinic.models import Clinic, Provider
from scheduler.contact_requests.models import ContactRequest
from scheduler.contact_requests.request import request_contact
from scheduler.messaging.consent.wordings import WORDINGS
from scheduler.messaging.models import Consent, Message
from scheduler.messaging.number_to_call import number_to_call
from scheduler.patients.models import Contact, Patient
from scheduler.patients.person import Person
from scheduler.transactions.idempotency import IdempotentCall, KeyReused, Replay
from tests.factories import (
    NOW,
    PHONE,
    STAFF,
    TUESDAY,
    a_person,
    at,
    book,
    make_patient,
    make_provider,
    make_time_off,
    messages_of,
    somebody,
    wanted,
)

pytestmark = pytest.mark.django_db
REASON = "Urgent: referred today"


def by_staff(
    start: datetime = TUESDAY,
    *,
    changes: Callable[[BookingRequest], BookByStaff] = BookByStaff,
    **wishes: Any,
) -> Appointment:
    return reserve(changes(wanted(start, **wishes)), now=NOW)


class TestTheRules:
    @pytest.mark.parametrize("start", ["2026-11-16 13:00", "2027-06-15 10:00", "2026-11-24 10:05"])
    def test_of_notice_horizon_and_grid_are_for_patients(self, dana: Provider, start: str) -> None:
        assert by_staff(at(start)).status == "booked"

    @pytest.mark.parametrize(
        ("start", "reason"),
        [
            ("2026-11-16 09:00", "past"),
            ("2026-11-24 18:00", "closed"),
            ("2026-11-24 10:02", "grid"),
            ("2028-11-28 10:00", "horizon"),
        ],
    )
    def test_of_time_are_for_everybody(self, dana: Provider, start: str, reason: str) -> None:
        with pytest.raises(NotOffered) as refused:
            by_staff(at(start))
        assert refused.value.reason == reason

    def test_let_staff_book_for_a_child(self, dana: Provider) -> None:
        assert by_staff(person=a_person(date_of_birth=date(2015, 5, 1))).status == "booked"


class TestThePatient:
    def test_is_the_one_they_found(self, dana: Provider) -> None:
        patient = make_patient("Ana Ruiz", email="ana@example.org")
        appointment = by_staff(
            changes=partial(BookByStaff, patient=patient.pk), person=a_person(name="Anna R")
        )
        assert appointment.patient == patient
        assert Patient.objects.count() == 1

    def test_may_have_neither_phone_nor_mail(self, dana: Provider) -> None:
        nobody = Person(name="Olive Stone", date_of_birth=date(1940, 2, 2))
        appointment = by_staff(person=nobody)
        assert appointment.patient is not None
        assert (appointment.patient.name, appointment.contact) == ("Olive Stone", None)
        assert not Message.objects.exists()

    def test_who_resembles_another_is_asked_about_first(self, dana: Provider) -> None:
        ana = make_patient()
        with pytest.raises(MayBeKnown) as known:
            by_staff(
                changes=partial(BookByStaff, ask_first=True), person=a_person(name="Anna Ruiz")
            )
        assert known.value.patients == [ana]
        assert not Appointment.objects.exists()
        by_staff(changes=partial(BookByStaff, ask_first=True), person=somebody(1))
        assert Patient.objects.count() == 2

    def test_agreed_to_texts_in_words_that_were_read_aloud(self, dana: Provider) -> None:
        appointment = by_staff(person=a_person(email="", email_consent=False))
        consent = Consent.objects.get()
        assert (consent.address, consent.source) == (PHONE, "read aloud by staff")
        assert consent.wording == WORDINGS["en"]
        kinds = {message.kind for message in messages_of(appointment, channel="sms")}
        assert "confirmation" in kinds
        assert "reminder-3-days" in kinds

    def test_who_agreed_before_is_written_to_again(self, dana: Provider) -> None:
        first = book()
        assert first.patient
        unasked = a_person(sms_consent=False, email_consent=False)
        again = by_staff(
            at("2026-12-01 10:00"),
            changes=partial(BookByStaff, patient=first.patient.pk),
            person=unasked,
        )
        assert {message.channel for message in messages_of(again)} == {"sms", "email"}

    def test_is_never_in_two_places(self, dana: Provider) -> None:
        first = book()
        assert first.patient
        with pytest.raises(PatientBusy):
            by_staff(
                TUESDAY + timedelta(minutes=30),
                changes=partial(BookByStaff, patient=first.patient.pk),
                overbook_reason=REASON,
            )
        assert Appointment.objects.count() == 1


class TestOverbooking:
    def test_needs_a_reason(self, dana: Provider) -> None:
        book(person=somebody(1))
        with pytest.raises(SlotTaken) as taken:
            by_staff()
        assert taken.value.alternatives
        assert {slot.start.minute % 15 for slot in taken.value.alternatives} == {0}

    def test_puts_the_visit_on_top_of_another(self, dana: Provider) -> None:
        book(person=somebody(1))
        appointment = by_staff(overbook_reason=REASON)
        assert (appointment.starts_at, appointment.overbook_reason) == (TUESDAY, REASON)

    def test_keeps_no_reason_where_there_was_a_place(self, dana: Provider) -> None:
        assert by_staff(overbook_reason=REASON).overbook_reason is None

    def test_goes_past_the_end_of_the_hours(self, dana: Provider) -> None:
        appointment = by_staff(at("2026-11-24 17:30"), overbook_reason=REASON)
        assert appointment.overbook_reason == REASON

    def test_never_goes_into_time_off(self, dana: Provider) -> None:
        make_time_off("2026-11-24", provider=dana).save()
        with pytest.raises(NotOffered) as refused:
            by_staff(overbook_reason=REASON)
        assert refused.value.reason == "time-off"

    def test_keeps_others_from_the_time(self, dana: Provider) -> None:
        book(person=somebody(1))
        by_staff(overbook_reason=REASON)
        Appointment.objects.filter(overbook_reason=None).update(status="cancelled")
        with pytest.raises(SlotTaken):
            book(person=somebody(2))

    def test_is_over_when_the_visit_moves_to_a_free_time(self, dana: Provider) -> None:
        book(person=somebody(1))
        appointment = by_staff(overbook_reason=REASON)
        later = at("2026-11-24 14:00")
        moved = reschedule(appointment.pk, later, by=STAFF, overbook_reason=REASON, now=NOW)
        assert (moved.starts_at, moved.overbook_reason) == (later, None)


class TestAMoveByStaff:
    def test_may_leave_the_patient_untold_but_not_without_reminders(self, dana: Provider) -> None:
        appointment = book()
        reschedule(appointment.pk, at("2026-11-25 10:00"), by=STAFF, tell=False, now=NOW)
        appointment.refresh_from_db()
        planned = messages_of(appointment, status="planned")
        assert planned
        assert all(message.kind.startswith("reminder-") for message in planned)
        assert {message.sequence for message in planned} == {1}


class TestAWalkIn:
    def test_has_arrived_and_is_not_written_to(self, dana: Provider) -> None:
        appointment = by_staff(at("2026-11-16 10:15"), changes=partial(BookByStaff, walk_in=True))
        assert (appointment.status, appointment.arrived_at) == ("arrived", NOW)
        assert not messages_of(appointment)
        assert Contact.objects.count() == 1

    def test_who_comes_back_another_day_is_none(self, dana: Provider) -> None:
        appointment = by_staff(changes=partial(BookByStaff, walk_in=True))
        assert (appointment.status, appointment.walk_in) == ("booked", False)
        assert messages_of(appointment)


def ask_for_a_call(**fields: object) -> ContactRequest:
    request = ContactRequest(**{"name": "Ana Ruiz", "phone": PHONE, **fields})
    return request_contact(request, network="198.51.100.0/24", now=NOW)


def state_of(request: ContactRequest) -> str:
    request.refresh_from_db()
    return request.status


class TestAContactRequest:
    def test_is_done_with_the_visit_and_knows_whom_it_was_about(self, dana: Provider) -> None:
        request = ask_for_a_call()
        appointment = by_staff(changes=partial(BookByStaff, contact_request=request))
        assert state_of(request) == "done"
        assert request.patient == appointment.patient
        assert appointment.contact_request == request

    def test_of_who_could_not_be_reached_is_done_too(self, dana: Provider) -> None:
        request = ask_for_a_call(status="unreached")
        by_staff(changes=partial(BookByStaff, contact_request=request))
        assert state_of(request) == "done"

    def test_stays_open_until_the_call_that_is_scheduled_for_it(self, dana: Provider) -> None:
        load_call_desk()
        request = ask_for_a_call()
        call = by_staff(
            visit_type="call",
            provider="call-desk",
            changes=partial(BookByStaff, contact_request=request),
        )
        assert state_of(request) == "open"
        assert call.contact_request == request
        assert {message.kind for message in messages_of(call)} >= {"confirmation"}

    def test_stays_open_where_nothing_could_be_booked(self, dana: Provider) -> None:
        book(person=somebody(1))
        request = ask_for_a_call()
        with pytest.raises(SlotTaken):
            by_staff(changes=partial(BookByStaff, contact_request=request))
        assert state_of(request) == "open"

    def test_is_answered_once(self, dana: Provider) -> None:
        request = ask_for_a_call()
        by_staff(changes=partial(BookByStaff, contact_request=request))
        with pytest.raises(RequestAnswered):
            by_staff(at("2026-12-01 10:00"), changes=partial(BookByStaff, contact_request=request))
        assert Appointment.objects.count() == 1


class TestTwoClicks:
    def idempotency(self, body: bytes = b"the form") -> IdempotentCall:
        return IdempotentCall("staff 1 key", body, lambda _appointment: {})

    def test_book_once(self, dana: Provider) -> None:
        first = reserve(BookByStaff(wanted()), now=NOW, idempotency=self.idempotency())
        with pytest.raises(Replay) as again:
            reserve(BookByStaff(wanted()), now=NOW, idempotency=self.idempotency())
        assert again.value.reference == first.reference
        assert Appointment.objects.count() == 1

    def test_are_told_from_a_form_that_was_changed_and_sent_again(self, dana: Provider) -> None:
        reserve(BookByStaff(wanted()), now=NOW, idempotency=self.idempotency())
        later = wanted(at("2026-12-01 10:00"))
        with pytest.raises(KeyReused):
            reserve(BookByStaff(later), now=NOW, idempotency=self.idempotency(b"another"))


class TestAVisitByPhone:
    def test_needs_a_number_of_the_person_or_of_the_patient_they_found(
        self, clinic: Clinic
    ) -> None:
        make_provider("dana", "phone-visit")
        by_mail = a_person(phone="")
        with pytest.raises(PhoneNeeded):
            by_staff(visit_type="phone-visit", person=by_mail)
        assert not Patient.objects.exists()
        found = partial(BookByStaff, patient=make_patient().pk)
        visit = by_staff(visit_type="phone-visit", person=by_mail, changes=found)
        assert number_to_call(visit) == "(419) 555-0123"
