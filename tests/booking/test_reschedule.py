"""A move takes the new time before it gives up the old one."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from scheduler.availability.load_schedule import UnknownProvider
from scheduler.booking.cancel import cancel
from scheduler.booking.confirm import confirm
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import (
    NotOffered,
    PatientBusy,
    SameTime,
    SlotTaken,
    StaleVersion,
    TooLateToMove,
)
from scheduler.booking.reschedule import reschedule
from scheduler.clinic.models import Provider, Room, VisitTypeRoom
from scheduler.contact_requests.call_queue import call_queue
from scheduler.contact_requests.log_call import log_task_call
from scheduler.contact_requests.models import CallAttempt
from scheduler.core.status import IllegalTransition
from scheduler.links.open import appointment_by_token
from scheduler.messaging.models import Consent, Message
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
    token_of,
)
from tests.rival import rival_on_our_connection
from tests.staff import make_user

THURSDAY = at("2026-12-03 14:00")
HOUR = timedelta(hours=1)
LATER = NOW + HOUR


def move(
    visit: Appointment,
    start: datetime = THURSDAY,
    *,
    now: datetime = LATER,
    by: str = PATIENT,
    **changes: Any,
) -> Appointment:
    return reschedule(visit.pk, start, by=by, now=now, **changes)


class TestAMove:
    def test_keeps_the_visit_and_its_links(self, dana: Provider) -> None:
        booked = book()
        token = token_of(booked)
        moved = move(booked)
        assert (moved.pk, moved.reference, moved.starts_at) == (
            booked.pk,
            booked.reference,
            THURSDAY,
        )
        assert (moved.ends_at, moved.busy_end) == (THURSDAY + HOUR, THURSDAY + HOUR)
        assert appointment_by_token(token, now=LATER).starts_at == THURSDAY

    def test_lets_the_links_live_on(self, dana: Provider) -> None:
        far = at("2027-02-12 10:00")
        token = token_of(move(book(), far))
        assert appointment_by_token(token, now=far + timedelta(days=29)).starts_at == far

    def test_raises_sequence_and_version(self, dana: Provider) -> None:
        booked = book()
        moved = move(booked)
        assert (moved.sequence, moved.version) == (booked.sequence + 1, booked.version + 1)

    def test_has_to_be_confirmed_anew(self, dana: Provider) -> None:
        booked = confirm(book().pk, now=NOW)
        moved = move(booked)
        assert (moved.status, moved.confirmed_at) == ("booked", None)

    def test_frees_the_old_time(self, dana: Provider) -> None:
        move(book())
        assert book(person=somebody(1)).starts_at == TUESDAY

    def test_may_overlap_the_old_time(self, dana: Provider) -> None:
        assert move(book(), TUESDAY + timedelta(minutes=15)).status == "booked"

    def test_owes_the_notice_and_reminders_of_the_new_time(self, dana: Provider) -> None:
        booked = book()
        moved = move(booked)
        assert all(one.status == "cancelled" for one in messages_of(moved, sequence=0))
        planned = messages_of(moved, sequence=1, channel="sms")
        assert [(one.kind, one.due_at) for one in planned] == [
            ("moved", LATER),
            ("reminder-3-days", at("2026-11-30 10:00")),
            ("reminder-1-day", at("2026-12-02 10:00")),
            ("reminder-2-hours", at("2026-12-03 12:00")),
        ]
        assert planned[0].old_starts_at == TUESDAY


class TestWhoAndWhere:
    def test_stays_with_the_provider_where_they_are_free(self, dana: Provider) -> None:
        booked = book(provider="dana")
        make_provider("abe")
        assert move(booked).provider == dana

    def test_changes_the_provider_where_they_are_not(self, dana: Provider) -> None:
        booked = book()
        make_provider("eli")
        make_time_off("2026-12-03", provider=dana).save()
        assert move(booked).provider.slug == "eli"

    def test_takes_the_provider_asked_for(self, dana: Provider) -> None:
        booked = book()
        make_provider("eli")
        assert move(booked, TUESDAY, provider="eli").provider.slug == "eli"
        with pytest.raises(UnknownProvider):
            move(booked, provider="nobody")

    def test_finds_a_room_of_its_own(self, dana: Provider) -> None:
        make_provider("eli")
        taken = book(THURSDAY, person=somebody(1), provider="eli")
        moved = move(book())
        assert taken.room == Room.objects.get(slug="exam-1")
        assert moved.room == Room.objects.get(slug="exam-2")


class TestWhatStandsAgainstIt:
    @pytest.fixture
    def booked(self, dana: Provider) -> Appointment:
        return book()

    def unchanged(self, booked: Appointment) -> bool:
        before = (booked.starts_at, booked.version, booked.sequence, booked.status)
        booked.refresh_from_db()
        after = (booked.starts_at, booked.version, booked.sequence, booked.status)
        return before == after and all(
            one.status == "planned" for one in messages_of(booked, sequence=0)
        )

    def test_a_time_that_is_taken_keeps_the_old_one(self, booked: Appointment) -> None:
        book(THURSDAY, person=somebody(1))
        with pytest.raises(SlotTaken) as taken:
            move(booked)
        assert taken.value.alternatives
        assert self.unchanged(booked)

    def test_a_time_that_is_not_offered(self, booked: Appointment) -> None:
        for start, why in (("2026-11-26 10:00", "closed"), ("2026-12-03 10:05", "grid")):
            with pytest.raises(NotOffered) as refused:
                move(booked, at(start))
            assert refused.value.reason == why
        assert self.unchanged(booked)

    def test_a_time_that_somebody_holds_until_the_hold_lapses(self, booked: Appointment) -> None:
        hold(THURSDAY, person=somebody(1))
        with pytest.raises(SlotTaken):
            move(booked, now=NOW)
        assert move(booked, now=NOW + timedelta(minutes=15)).starts_at == THURSDAY

    def test_another_visit_of_the_patient(self, booked: Appointment) -> None:
        make_visit_type()
        make_provider("eli", "check-up")
        book(THURSDAY, visit_type="check-up")
        with pytest.raises(PatientBusy):
            move(booked)
        assert self.unchanged(booked)

    def test_a_booking_in_its_room_that_slips_in_between(
        self, booked: Appointment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Another provider's bookings share no lock with this move, only the constraint."""
        make_provider("eli")
        VisitTypeRoom.objects.exclude(room=booked.room).delete()

        def slip_in(*_: object, **__: object) -> bool:
            with rival_on_our_connection():
                book(THURSDAY, person=somebody(1), provider="eli", now=NOW)
            return False

        monkeypatch.setattr("scheduler.booking.late_changes.is_late", slip_in)
        with pytest.raises(SlotTaken) as taken:
            move(booked)
        assert taken.value.alternatives
        assert self.unchanged(booked)

    def test_a_stale_version(self, booked: Appointment) -> None:
        move(booked, version=1)
        with pytest.raises(StaleVersion):
            move(booked, THURSDAY + HOUR, version=1)
        assert move(booked, THURSDAY + HOUR, version=2).version == 3

    def test_the_same_time(self, booked: Appointment) -> None:
        with pytest.raises(SameTime):
            move(booked, TUESDAY)
        assert self.unchanged(booked)

    def test_a_patient_has_to_call_from_two_hours_before(self, booked: Appointment) -> None:
        limit = TUESDAY - 2 * HOUR
        with pytest.raises(TooLateToMove):
            move(booked, now=limit + timedelta(seconds=1))
        assert move(booked, now=limit).starts_at == THURSDAY

    def test_staff_may_move_it_later(self, booked: Appointment) -> None:
        assert move(booked, now=TUESDAY - HOUR, by=STAFF).starts_at == THURSDAY

    @pytest.mark.parametrize("status", ["arrived", "in_room", "completed", "no_show", "cancelled"])
    def test_a_state_that_does_not_move(self, booked: Appointment, status: str) -> None:
        Appointment.objects.filter(pk=booked.pk).update(status=status)
        with pytest.raises(IllegalTransition):
            move(booked)

    def test_a_cancelled_visit(self, booked: Appointment) -> None:
        cancel(booked.pk, by=PATIENT, now=NOW)
        with pytest.raises(IllegalTransition):
            move(booked)


class TestALateMove:
    def test_is_marked_and_told_to_staff(self, dana: Provider) -> None:
        moved = move(book(), now=at("2026-11-23 10:00:01"))
        assert moved.changed_late
        (task,) = StaffTask.objects.all()
        assert (task.kind, task.urgent, task.appointment) == ("late-change", True, moved)

    def test_is_none_of_the_patients_where_staff_moved_it(self, dana: Provider) -> None:
        moved = move(book(), now=TUESDAY - HOUR, by=STAFF)
        assert not moved.changed_late
        assert not StaffTask.objects.filter(kind="late-change").exists()

    def test_is_none_a_business_day_ahead(self, dana: Provider) -> None:
        assert not move(book(), now=at("2026-11-23 10:00")).changed_late
        assert not StaffTask.objects.exists()


class TestTheNewsOfStaff:
    """What they move, the patient hears; who can't be written to is called."""

    def mute(self, visit: Appointment) -> Appointment:
        Consent.objects.all().delete()
        return visit

    def test_goes_on_the_call_list_where_nothing_can_be_sent(self, dana: Provider) -> None:
        visit = self.mute(book())
        move(visit, by=STAFF)
        move(visit, at("2026-12-04 14:00"), by=STAFF)
        (call,) = call_queue(now=LATER)
        assert (call.kind, call.appointment) == ("changed", visit)

    def test_of_a_cancellation_goes_there_too(self, dana: Provider) -> None:
        cancel(self.mute(book()).pk, by=STAFF, now=LATER)
        assert [call.kind for call in call_queue(now=LATER)] == ["changed"]

    @pytest.mark.parametrize("changes", [{"by": STAFF, "tell": False}, {"by": PATIENT}])
    def test_is_no_call_where_they_know(self, dana: Provider, changes: dict[str, Any]) -> None:
        move(self.mute(book()), **changes)
        assert not StaffTask.objects.filter(kind="call-changed").exists()

    def test_is_over_once_they_were_reached(self, dana: Provider) -> None:
        move(self.mute(book()), by=STAFF)
        task, desk = StaffTask.objects.get(kind="call-changed"), make_user(None, "desk")
        log_task_call(task.pk, CallAttempt.Outcome.REACHED, by=desk, now=LATER)
        assert call_queue(now=LATER) == []

    def test_that_waits_is_never_told_of_a_move_that_is_taken_back(self, dana: Provider) -> None:
        visit = book()
        move(visit, by=STAFF, news_after=timedelta(seconds=20))
        news = Message.objects.filter(kind="moved", status="planned")
        assert {one.due_at for one in news} == {LATER + timedelta(seconds=20)}
        move(visit, TUESDAY, by=STAFF, now=LATER + timedelta(seconds=5))
        assert not news.all().exists()

    def test_that_waits_tells_of_the_last_of_two_moves(self, dana: Provider) -> None:
        visit = book()
        move(visit, by=STAFF, news_after=timedelta(seconds=20))
        move(visit, at("2026-12-04 14:00"), by=STAFF, now=LATER + timedelta(seconds=5))
        told = Message.objects.filter(kind="moved", status="planned")
        assert {one.old_starts_at for one in told} == {TUESDAY}
