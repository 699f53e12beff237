"""Calling a visit off, and taking that back."""

from datetime import datetime, timedelta

import pytest

from scheduler.booking.cancel import cancel
from scheduler.booking.confirm import confirm
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import AlreadyBooked, PatientBusy, SlotTaken, TooLateToUndo
from scheduler.booking.reschedule import reschedule
from scheduler.booking.undo_cancel import undo_cancel
from scheduler.clinic.models import Clinic, Provider, VisitType
from scheduler.core.status import IllegalTransition, VisitOver
from scheduler.frontdesk.numbers import numbers
from scheduler.worklist.models import StaffTask
from tests.factories import (
    NOW,
    PATIENT,
    STAFF,
    TUESDAY,
    at,
    book,
    hold,
    make_provider,
    make_time_off,
    make_visit_type,
    messages_of,
    somebody,
)
from tests.rival import rival_on_our_connection

MINUTE = timedelta(minutes=1)
LATER = NOW + timedelta(hours=1)


def call_off(visit: Appointment, *, now: datetime = LATER, by: str = PATIENT) -> Appointment:
    return cancel(visit.pk, by=by, reason="A cold", now=now)


def take_back(
    visit: Appointment, *, now: datetime = LATER + 5 * MINUTE, by: str = PATIENT
) -> Appointment:
    return undo_cancel(visit.pk, by=by, now=now)


class TestAVisitOfATypeThatIsNoLongerBooked:
    def test_can_be_called_off_and_taken_back(self, dana: Provider) -> None:
        visit = book()
        VisitType.objects.filter(pk=visit.visit_type_id).update(active=False)
        assert call_off(visit).status == "cancelled"
        assert take_back(visit).status == "booked"


class TestCancel:
    def test_says_who_when_and_why(self, dana: Provider) -> None:
        gone = call_off(book())
        assert (gone.status, gone.cancelled_at, gone.cancelled_by, gone.cancel_reason) == (
            "cancelled",
            LATER,
            PATIENT,
            "A cold",
        )

    def test_frees_the_time(self, dana: Provider) -> None:
        call_off(book())
        assert book(person=somebody(1)).starts_at == TUESDAY

    def test_withdraws_what_was_planned_and_owes_the_notice(self, dana: Provider) -> None:
        gone = call_off(book())
        assert {one.status for one in messages_of(gone, sequence=0)} == {"cancelled"}
        assert [(one.kind, one.channel) for one in messages_of(gone, sequence=1)] == [
            ("cancelled", "email"),
            ("cancelled", "sms"),
        ]

    def test_twice_changes_nothing(self, dana: Provider) -> None:
        once = call_off(book())
        twice = call_off(once, now=LATER + MINUTE)
        assert (twice.version, twice.cancelled_at) == (once.version, LATER)
        assert len(messages_of(once, kind="cancelled")) == 2

    def test_works_for_a_confirmed_visit(self, dana: Provider) -> None:
        assert call_off(confirm(book().pk, now=NOW)).status == "cancelled"

    def test_is_possible_until_the_start(self, dana: Provider) -> None:
        booked = book()
        with pytest.raises(VisitOver):
            call_off(booked, now=TUESDAY)
        assert call_off(booked, now=TUESDAY - timedelta(seconds=1)).status == "cancelled"

    def test_staff_may_do_it_later(self, dana: Provider) -> None:
        assert call_off(book(), now=TUESDAY + MINUTE, by=STAFF).cancelled_by == STAFF

    def test_is_not_for_a_hold(self, dana: Provider) -> None:
        with pytest.raises(IllegalTransition):
            call_off(hold())

    @pytest.mark.parametrize("status", ["arrived", "in_room", "completed", "no_show"])
    def test_is_not_for_a_visit_on_its_way(self, dana: Provider, status: str) -> None:
        booked = book()
        Appointment.objects.filter(pk=booked.pk).update(status=status)
        with pytest.raises(IllegalTransition):
            call_off(booked)


class TestALateCancellation:
    @pytest.mark.parametrize(
        ("visit", "limit"),
        [
            ("2026-11-24 10:00", "2026-11-23 10:00"),
            ("2026-11-30 10:00", "2026-11-27 10:00"),  # a Monday: counted from Friday
            ("2026-11-27 10:00", "2026-11-25 10:00"),  # the day before was Thanksgiving
        ],
    )
    def test_is_one_under_a_business_day_ahead(
        self, dana: Provider, visit: str, limit: str
    ) -> None:
        booked = book(at(visit))
        assert not call_off(booked, now=at(limit)).changed_late
        assert not StaffTask.objects.exists()
        again = undo_cancel(booked.pk, by=PATIENT, now=at(limit) + MINUTE)
        assert call_off(again, now=at(limit) + timedelta(minutes=2)).changed_late
        (task,) = StaffTask.objects.all()
        assert (task.kind, task.urgent, task.appointment) == ("late-change", True, booked)

    def test_by_staff_is_not_the_patients(self, clinic: Clinic, dana: Provider) -> None:
        gone = call_off(book(), now=TUESDAY - MINUTE, by=STAFF)
        assert not gone.changed_late
        assert not StaffTask.objects.filter(kind="late-change").exists()
        assert numbers(clinic, NOW, TUESDAY + timedelta(days=1)).total.late == 0

    def test_by_staff_is_not_blamed_on_a_patient_who_moved_late_before(
        self, clinic: Clinic, dana: Provider
    ) -> None:
        later, hours = TUESDAY + timedelta(days=7), timedelta(hours=3)
        moved = reschedule(book().pk, later, by=PATIENT, now=TUESDAY - hours)
        assert moved.changed_late
        assert not call_off(moved, now=TUESDAY, by=STAFF).changed_late
        assert numbers(clinic, NOW, later + hours).total.late == 0


class TestUndo:
    def test_books_the_old_time_again(self, dana: Provider) -> None:
        back = take_back(call_off(book()))
        assert (back.status, back.starts_at, back.cancelled_at) == ("booked", TUESDAY, None)
        assert (back.cancelled_by, back.cancel_reason) == ("", "")

    def test_goes_on_in_the_calendar(self, dana: Provider) -> None:
        gone = call_off(book())
        back = take_back(gone)
        assert (back.sequence, back.version) == (gone.sequence + 1, gone.version + 1)

    def test_owes_the_word_and_the_reminders_again(self, dana: Provider) -> None:
        back = take_back(call_off(book()))
        planned = messages_of(back, status="planned", channel="sms")
        assert [one.kind for one in planned] == ["restored", "reminder-3-days", "reminder-1-day"]
        assert {one.sequence for one in planned} == {2}

    def test_has_to_be_confirmed_anew(self, dana: Provider) -> None:
        back = take_back(call_off(confirm(book().pk, now=NOW)))
        assert (back.status, back.confirmed_at) == ("booked", None)

    def test_is_possible_for_ten_minutes(self, dana: Provider) -> None:
        gone = call_off(book())
        with pytest.raises(TooLateToUndo):
            take_back(gone, now=LATER + 10 * MINUTE + timedelta(seconds=1))
        assert take_back(gone, now=LATER + 10 * MINUTE).status == "booked"

    def test_is_possible_for_staff_until_the_start(self, dana: Provider) -> None:
        gone = call_off(book())
        with pytest.raises(TooLateToUndo):
            take_back(gone, now=TUESDAY, by=STAFF)
        assert take_back(gone, now=TUESDAY - MINUTE, by=STAFF).status == "booked"

    @pytest.mark.parametrize("status", ["booked", "confirmed", "arrived"])
    def test_is_not_for_a_visit_that_stands(self, dana: Provider, status: str) -> None:
        """Else who is quicker than a colleague takes the patient's confirmation away."""
        visit = book()
        Appointment.objects.update(status=status)
        with pytest.raises(IllegalTransition):
            undo_cancel(visit.pk, by=STAFF, now=NOW)
        assert Appointment.objects.get().status == status

    def test_is_refused_where_somebody_has_the_time(self, dana: Provider) -> None:
        gone = call_off(book())
        book(TUESDAY + 30 * MINUTE, person=somebody(1))
        with pytest.raises(SlotTaken):
            take_back(gone)
        gone.refresh_from_db()
        assert gone.status == "cancelled"

    def test_is_refused_where_somebody_has_the_room(self, clinic: object) -> None:
        make_visit_type(rooms=["exam-1"])
        for slug in ("dana", "eli"):
            make_provider(slug, "check-up")
        gone = call_off(book(visit_type="check-up", provider="dana"))
        book(visit_type="check-up", provider="eli", person=somebody(1))
        with pytest.raises(SlotTaken):
            take_back(gone)

    def test_is_possible_once_a_hold_on_the_time_lapsed(self, dana: Provider) -> None:
        gone = call_off(book(), now=LATER + 6 * MINUTE)
        hold(person=somebody(1), now=LATER - 5 * MINUTE + 6 * MINUTE)
        with pytest.raises(SlotTaken):
            take_back(gone, now=LATER + 10 * MINUTE)
        assert take_back(gone, now=LATER + 16 * MINUTE).status == "booked"

    def test_is_refused_inside_time_off(self, dana: Provider) -> None:
        gone = call_off(book())
        make_time_off("2026-11-24", times=("10:30", "11:00"), provider=dana).save()
        with pytest.raises(SlotTaken):
            take_back(gone)

    def test_is_refused_where_the_patient_has_another_visit_by_now(self, dana: Provider) -> None:
        make_visit_type()
        make_provider("eli", "check-up")
        gone = call_off(book())
        book(TUESDAY, visit_type="check-up")
        with pytest.raises(PatientBusy):
            take_back(gone)

    @pytest.mark.parametrize("by", [PATIENT, STAFF])
    def test_is_refused_where_the_day_is_full_by_now(self, clinic: object, by: str) -> None:
        make_visit_type(daily_cap=1)
        make_provider("dana", "check-up")
        gone = call_off(book(visit_type="check-up"))
        book(TUESDAY + timedelta(hours=3), visit_type="check-up", person=somebody(1))
        with pytest.raises(SlotTaken):
            take_back(gone, by=by)

    def test_does_not_count_itself_as_filling_the_day(self, clinic: object) -> None:
        make_visit_type(daily_cap=1)
        make_provider("dana", "check-up")
        assert take_back(call_off(book(visit_type="check-up"))).status == "booked"

    def test_is_refused_to_a_patient_who_has_another_such_visit_by_now(
        self, dana: Provider
    ) -> None:
        gone = call_off(book())
        book(TUESDAY + timedelta(days=1))
        with pytest.raises(AlreadyBooked):
            take_back(gone)
        assert take_back(gone, by=STAFF).status == "booked"

    def test_is_refused_where_somebody_takes_the_room_at_that_moment(
        self, clinic: object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Another provider's bookings share no lock with this, only the constraint."""
        make_visit_type(rooms=["exam-1"])
        for slug in ("dana", "eli"):
            make_provider(slug, "check-up")
        gone = call_off(book(visit_type="check-up", provider="dana"))

        def slip_in(*_: object, **__: object) -> None:
            monkeypatch.undo()
            with rival_on_our_connection():
                book(visit_type="check-up", provider="eli", person=somebody(1))

        monkeypatch.setattr("scheduler.messaging.plan.owe", slip_in)
        with pytest.raises(SlotTaken):
            take_back(gone)
        gone.refresh_from_db()
        assert gone.status == "cancelled"
