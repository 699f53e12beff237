"""A time that is kept for somebody who can only be called."""

from datetime import datetime, timedelta

import pytest

from scheduler.booking.holds.book_held import book_after_call
from scheduler.booking.holds.hold_for_call import HoldForCall, cancel_call
from scheduler.booking.holds.send_code import resend_code
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import AwaitsCall, HoldExpired, NoSuchContact, SlotTaken
from scheduler.booking.reserve import reserve
from scheduler.clinic.models import Provider
from scheduler.messaging.models import Message
from scheduler.patients.models import Patient
from scheduler.rate_limits import codes
from scheduler.rate_limits.counting import CodeLimit
from scheduler.rate_limits.models import CodeSent
from scheduler.rate_limits.requests import TooManyRequests
from scheduler.worklist.models import StaffTask
from tests.factories import (
    NOW,
    TUESDAY,
    a_person,
    at,
    book,
    hold,
    make_time_off,
    make_visit_type,
    somebody,
    wanted,
)

HOUR = timedelta(hours=1)
JO = a_person(name="Jo Bell", phone="+14195550177", email="", landline=True)


def keep(start: datetime = TUESDAY, *, now: datetime = NOW, **changes: object) -> Appointment:
    return reserve(HoldForCall(wanted(start, person=JO, **changes)), now=now)


class TestGivingBack:
    def test_frees_the_time_and_spares_staff_the_call(self, dana: Provider) -> None:
        kept = keep()
        for _ in range(2):
            cancel_call(kept.pk, now=NOW + HOUR)
        kept.refresh_from_db()
        assert (kept.status, kept.held_details) == ("expired", None)
        assert StaffTask.objects.get().done_at == NOW + HOUR
        assert hold(person=somebody(1)).starts_at == TUESDAY


class TestHoldForCall:
    def test_keeps_the_time_until_noon_of_the_next_business_day(self, dana: Provider) -> None:
        assert keep().hold_expires_at == at("2026-11-17 12:00")

    @pytest.mark.parametrize(
        ("now", "until"),
        [
            ("2026-11-20 16:00", "2026-11-23 12:00"),  # over a weekend
            ("2026-11-25 16:00", "2026-11-27 12:00"),  # over Thanksgiving
            ("2026-10-30 16:00", "2026-11-02 12:00"),  # over the change of the clock
        ],
    )
    def test_counts_the_clinics_own_days(self, dana: Provider, now: str, until: str) -> None:
        kept = keep(at("2026-12-01 10:00"), now=at(now))
        assert kept.hold_expires_at == at(until)

    def test_skips_a_day_on_which_the_clinic_is_closed(self, dana: Provider) -> None:
        make_time_off("2026-11-17").save()
        assert keep().hold_expires_at == at("2026-11-18 12:00")

    def test_keeps_a_visit_before_that_noon_until_it_starts(self, dana: Provider) -> None:
        dana.visit_types.add(make_visit_type())
        early = at("2026-11-17 09:00")
        assert keep(early, visit_type="check-up").hold_expires_at == early

    def test_asks_staff_and_sends_nothing(self, dana: Provider) -> None:
        kept = keep()
        task = StaffTask.objects.get()
        assert (task.kind, task.appointment, task.urgent) == ("call-to-book", kept, True)
        assert not Message.objects.exists()
        assert not Patient.objects.exists()

    def test_blocks_the_time_and_then_lets_it_go(self, dana: Provider) -> None:
        keep()
        with pytest.raises(SlotTaken):
            book(person=somebody(1), now=NOW + 25 * HOUR)
        assert book(person=somebody(1), now=NOW + 26 * HOUR).status == "booked"

    def test_keeps_one_time_a_number(self, dana: Provider) -> None:
        keep()
        with pytest.raises(AwaitsCall):
            keep(TUESDAY + 2 * HOUR)
        assert keep(TUESDAY + 2 * HOUR, now=NOW + 26 * HOUR).status == "held"

    def test_has_a_limit_of_its_own(self, dana: Provider) -> None:
        for number in range(3):
            keep(TUESDAY + number * HOUR)
            Appointment.objects.update(status="expired")
        with pytest.raises(TooManyRequests):
            keep()

    def test_is_kept_for_a_number_five_times_a_day_at_most(self, dana: Provider) -> None:
        for number in range(5):
            keep(now=NOW + number * HOUR)
            Appointment.objects.update(status="expired")
        with pytest.raises(TooManyRequests):
            keep(now=NOW + 6 * HOUR)

    def test_is_not_barred_by_the_codes_of_its_network(self, dana: Provider) -> None:
        for number in range(10):
            codes.count(f"+1419555{number:04d}", wanted().network, now=NOW)
        with pytest.raises(CodeLimit):
            hold()
        assert keep().status == "held"

    def test_takes_no_code_away_from_its_network(self, dana: Provider) -> None:
        keep()
        assert not CodeSent.objects.exists()

    def test_is_not_barred_by_codes_that_never_came(self, dana: Provider) -> None:
        for number in range(3):
            hold(TUESDAY + number * HOUR, person=a_person(email=""))
        with pytest.raises(CodeLimit):
            hold(person=a_person(email=""))
        Appointment.objects.update(status="expired")
        assert reserve(HoldForCall(wanted(person=a_person(email=""))), now=NOW).status == "held"

    def test_takes_the_place_of_a_hold_that_waits_for_a_code(self, dana: Provider) -> None:
        waiting = hold()
        kept = _instead(waiting)
        waiting.refresh_from_db()
        assert (kept.status, waiting.status) == ("held", "expired")

    def test_that_is_refused_leaves_the_other_hold_alone(self, dana: Provider) -> None:
        book(person=somebody(1))
        waiting = hold(TUESDAY + 2 * HOUR)
        with pytest.raises(SlotTaken):
            _instead(waiting)
        waiting.refresh_from_db()
        assert waiting.status == "held"

    def test_has_no_code_to_send(self, dana: Provider) -> None:
        with pytest.raises(NoSuchContact):
            resend_code(keep().pk, "sms", network="198.51.100.0/24", now=NOW)
        kept = reserve(HoldForCall(wanted(TUESDAY + 2 * HOUR)), now=NOW)
        with pytest.raises(NoSuchContact):
            resend_code(kept.pk, "sms", network="198.51.100.0/24", now=NOW)


def _instead(waiting: Appointment) -> Appointment:
    return reserve(HoldForCall(wanted(person=JO), instead_of=waiting.pk), now=NOW)


class TestBookAfterCall:
    def test_books_the_kept_time_for_the_person_who_was_reached(self, dana: Provider) -> None:
        kept = keep()
        booked = book_after_call(kept.pk, now=NOW + HOUR)
        assert booked.status == "booked"
        assert booked.patient is not None
        assert booked.patient.name == "Jo Bell"
        assert booked.held_details is None

    def test_settles_the_task(self, dana: Provider) -> None:
        book_after_call(keep().pk, now=NOW + HOUR)
        assert StaffTask.objects.get().done_at == NOW + HOUR

    def test_knows_a_patient_with_that_phone_name_and_birth_date(self, dana: Provider) -> None:
        first = book_after_call(keep().pk, now=NOW)
        Appointment.objects.filter(pk=first.pk).update(status="completed")
        second = book_after_call(keep(at("2026-11-25 10:00")).pk, now=NOW)
        assert second.patient == first.patient

    def test_is_too_late_after_the_noon(self, dana: Provider) -> None:
        kept = keep()
        with pytest.raises(HoldExpired):
            book_after_call(kept.pk, now=at("2026-11-17 12:00"))
        assert not Patient.objects.exists()
