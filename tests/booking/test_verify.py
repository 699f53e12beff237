"""The right code turns a hold into an appointment; a wrong one never does."""

from datetime import date, timedelta
from typing import Any

import pytest

from scheduler.booking.holds.send_code import resend_code
from scheduler.booking.holds.verify import verify
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import (
    AlreadyBooked,
    AlreadyVerified,
    HoldExpired,
    PatientBusy,
    WrongCode,
)
from scheduler.clinic.models import Provider
from scheduler.messaging.models import Consent
from scheduler.patients.match import Match, match_patient
from tests.factories import (
    EMAIL,
    NOW,
    PHONE,
    STAFF,
    TUESDAY,
    a_person,
    at,
    book,
    code_of,
    hold,
    make_provider,
    make_visit_type,
    messages_of,
    wrong_code,
)
from tests.rival import rival_on_our_connection

MINUTE = timedelta(minutes=1)
LATER = NOW + MINUTE
NETWORK = "198.51.100.0/24"


def tries_left(held: Appointment, code: str) -> int:
    with pytest.raises(WrongCode) as wrong:
        verify(held.pk, code, now=LATER)
    return wrong.value.tries_left


class TestTheRightCode:
    def test_books_the_held_time(self, dana: Provider) -> None:
        held = hold()
        booked = verify(held.pk, code_of(held), now=LATER)
        assert (booked.pk, booked.status, booked.starts_at) == (held.pk, "booked", TUESDAY)
        assert (booked.held_details, booked.hold_expires_at) == (None, None)

    def test_makes_a_patient_and_who_answers_for_them(self, dana: Provider) -> None:
        held = hold(person=a_person(contact_name="Luz Ruiz", relation="daughter"))
        booked = verify(held.pk, code_of(held), now=LATER)
        assert booked.patient
        assert booked.contact
        assert (booked.patient.name, booked.patient.date_of_birth) == ("Ana Ruiz", date(1958, 3, 9))
        assert (booked.contact.name, booked.contact.relation) == ("Luz Ruiz", "daughter")
        assert (str(booked.contact.phone), booked.contact.email) == (PHONE, EMAIL)

    def test_records_what_was_agreed_to_with_its_wording(self, dana: Provider) -> None:
        held = hold(person=a_person(email_consent=False, language="es"))
        verify(held.pk, code_of(held), now=LATER)
        (consent,) = Consent.objects.all()
        assert (consent.channel, consent.address, consent.granted) == ("sms", PHONE, True)
        assert (consent.language, consent.at, consent.source) == ("es", LATER, "online booking")
        assert "STOP" in consent.wording

    def test_owes_the_confirmation_and_withdraws_the_code(self, dana: Provider) -> None:
        held = hold()
        booked = verify(held.pk, code_of(held), now=LATER)
        (code,) = messages_of(booked, kind="code")
        assert code.status == "cancelled"
        confirmations = messages_of(booked, kind="confirmation", status="planned")
        assert [one.channel for one in confirmations] == ["email", "sms"]

    @pytest.mark.parametrize("code_by", ["sms", "email"])
    def test_vouches_for_the_other_address_whose_consent_says_that_it_is_not_proven(
        self, dana: Provider, code_by: str
    ) -> None:
        held = hold()
        resend_code(held.pk, code_by, network=NETWORK, now=LATER)
        held.refresh_from_db()
        booked = verify(held.pk, code_of(held), now=LATER)
        sources = dict(Consent.objects.values_list("channel", "source"))
        other = "email" if code_by == "sms" else "sms"
        assert sources == {code_by: "online booking", other: "online booking, not proven"}
        confirmations = messages_of(booked, kind="confirmation", status="planned")
        assert [one.channel for one in confirmations] == ["email", "sms"]

    def test_works_once(self, dana: Provider) -> None:
        held = hold()
        verify(held.pk, code_of(held), now=LATER)
        with pytest.raises(AlreadyVerified):
            verify(held.pk, code_of(held), now=LATER)

    def test_of_another_hold_is_wrong(self, dana: Provider) -> None:
        one, other = hold(), hold(at("2026-11-25 10:00"))
        assert tries_left(one, code_of(other)) == 4


class TestAWrongCode:
    def test_says_how_many_tries_are_left(self, dana: Provider) -> None:
        held = hold()
        assert [tries_left(held, wrong_code(held)) for _ in range(5)] == [4, 3, 2, 1, 0]

    def test_five_times_kills_the_code(self, dana: Provider) -> None:
        held = hold()
        for _ in range(5):
            tries_left(held, wrong_code(held))
        assert tries_left(held, code_of(held)) == 0

    def test_five_times_leaves_the_hold_for_a_new_code(self, dana: Provider) -> None:
        held = hold()
        for _ in range(5):
            tries_left(held, wrong_code(held))
        again = resend_code(held.pk, "sms", network=NETWORK, now=LATER)
        assert verify(held.pk, code_of(again), now=LATER).status == "booked"

    def test_four_times_leaves_the_code(self, dana: Provider) -> None:
        held = hold()
        for _ in range(4):
            tries_left(held, wrong_code(held))
        assert verify(held.pk, code_of(held), now=LATER).status == "booked"

    @pytest.mark.parametrize("code", ["", "00000", "1234567", "abcdef", "١٢٣٤٥٦"])
    def test_may_be_anything(self, dana: Provider, code: str) -> None:
        assert tries_left(hold(), code) == 4

    def test_the_code_before_the_last_is_one(self, dana: Provider) -> None:
        held = hold()
        first = code_of(held)
        resend_code(held.pk, "email", network=NETWORK, now=LATER)
        assert tries_left(held, first) == 4


class TestTooLate:
    def test_after_fifteen_minutes_without_a_new_code(self, dana: Provider) -> None:
        held = hold()
        with pytest.raises(HoldExpired):
            verify(held.pk, code_of(held), now=NOW + 15 * MINUTE)

    def test_a_new_code_keeps_the_time_fifteen_minutes_more(self, dana: Provider) -> None:
        held = hold()
        again = resend_code(held.pk, "sms", network=NETWORK, now=NOW + 10 * MINUTE)
        assert again.hold_expires_at == NOW + 25 * MINUTE
        last_moment = NOW + 25 * MINUTE - timedelta(seconds=1)
        assert verify(held.pk, code_of(again), now=last_moment).status == "booked"

    def test_nothing_keeps_it_longer_than_thirty(self, dana: Provider) -> None:
        held = hold()
        resend_code(held.pk, "sms", network=NETWORK, now=NOW + 14 * MINUTE)
        again = resend_code(held.pk, "sms", network=NETWORK, now=NOW + 28 * MINUTE)
        assert again.hold_expires_at == NOW + 30 * MINUTE
        with pytest.raises(HoldExpired):
            verify(held.pk, code_of(again), now=NOW + 30 * MINUTE)


class TestWhoIsKnown:
    def test_one_coming_visit_of_a_type_is_allowed(self, dana: Provider) -> None:
        book(at("2026-12-01 10:00"))
        held = hold()
        with pytest.raises(AlreadyBooked):
            verify(held.pk, code_of(held), now=LATER)
        held.refresh_from_db()
        assert (held.status, held.patient) == ("held", None)

    def test_two_visits_at_once_are_not(self, dana: Provider) -> None:
        make_visit_type()
        make_provider("eli", "check-up")
        book(visit_type="check-up")
        held = hold()
        with pytest.raises(PatientBusy):
            verify(held.pk, code_of(held), now=LATER)

    def test_two_visits_at_once_are_not_at_the_last_moment_either(
        self, dana: Provider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_visit_type()
        make_provider("eli", "check-up")
        held = hold()

        def slip_in(*args: Any, **options: Any) -> Match:
            monkeypatch.undo()
            found = match_patient(*args, **options)
            with rival_on_our_connection():
                book(visit_type="check-up", by=STAFF)
            return found

        monkeypatch.setattr("scheduler.booking.holds.book_held.match_patient", slip_in)
        with pytest.raises(PatientBusy):
            verify(held.pk, code_of(held), now=LATER)
        held.refresh_from_db()
        assert held.status == "held"

    def test_a_try_is_counted_whatever_becomes_of_it(self, dana: Provider) -> None:
        book(at("2026-12-01 10:00"))
        held = hold()
        for _ in range(5):
            with pytest.raises(AlreadyBooked):
                verify(held.pk, code_of(held), now=LATER)
        assert tries_left(held, code_of(held)) == 0
