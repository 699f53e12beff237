"""Time off over visits: each has its fate decided, and all of it happens or nothing."""

from datetime import timedelta
from typing import Any

import pytest

from scheduler.booking.models import Appointment
from scheduler.booking.refusals import NotOffered
from scheduler.booking.reschedule import reschedule
from scheduler.booking.set_appointment_status import set_appointment_status
from scheduler.clinic.models import Provider, Room, TimeOff
from scheduler.closures.propose_times import propose_times
from scheduler.closures.time_off import visits_in_the_way
from scheduler.closures.time_off_over_visits import (
    Decision,
    Fate,
    Unresolved,
    take_time_off_over_visits,
)
from scheduler.core.status import AppointmentStatus
from scheduler.worklist.models import StaffTask
from tests.factories import (
    NOW,
    STAFF,
    TUESDAY,
    at,
    book,
    hold,
    make_provider,
    make_time_off,
    messages_of,
    somebody,
)
from tests.rows import row_counts

HOUR = timedelta(hours=1)


@pytest.fixture
def visit(dana: Provider) -> Appointment:
    """Tuesday, 10 to 11, with Dana in the first room."""
    return book()


def a_day(**fields: Any) -> TimeOff:
    return make_time_off("2026-11-24", reason="Snow", **fields)


def decide(visit: Appointment, fate: Fate, **where: object) -> dict[int, Decision]:
    return {visit.pk: Decision(fate, visit.version, **where)}  # type: ignore[arg-type]


def move(visit: Appointment, start: str, provider: str = "dana") -> dict[int, Decision]:
    return decide(visit, Fate.MOVE, start=at(start), provider=provider)


def codes(refused: Unresolved) -> dict[int, str]:
    """What is wrong with each decision, by the visit's id."""
    return {pk: problem.code if problem else "" for pk, problem in refused.problems.items()}


class TestUnresolved:
    def test_writes_nothing_where_a_visit_has_no_decision(self, visit: Appointment) -> None:
        other = book(TUESDAY + 2 * HOUR, person=somebody(1))
        before = row_counts()
        with pytest.raises(Unresolved) as refused:
            take_time_off_over_visits(a_day(), decide(visit, Fate.CANCEL), now=NOW)
        assert refused.value.visits == [visit, other]
        assert list(refused.value.problems) == [other.pk]
        assert row_counts() == before
        visit.refresh_from_db()
        assert visit.status == "booked"

    def test_says_that_a_visit_was_moved_by_somebody_else(self, visit: Appointment) -> None:
        decision = decide(visit, Fate.CANCEL)
        reschedule(visit.pk, TUESDAY + 2 * HOUR, by=STAFF, now=NOW)
        with pytest.raises(Unresolved) as refused:
            take_time_off_over_visits(a_day(), decision, now=NOW)
        assert codes(refused.value) == {visit.pk: "stale-version"}

    def test_says_that_a_time_is_taken(self, visit: Appointment) -> None:
        book(at("2026-11-25 10:00"), person=somebody(1))
        with pytest.raises(Unresolved) as refused:
            take_time_off_over_visits(a_day(), move(visit, "2026-11-25 10:00"), now=NOW)
        assert codes(refused.value) == {visit.pk: "slot-taken"}

    def test_never_moves_a_visit_into_the_time_off_itself(self, visit: Appointment) -> None:
        with pytest.raises(Unresolved):
            take_time_off_over_visits(a_day(), move(visit, "2026-11-24 14:00"), now=NOW)
        assert not TimeOff.objects.exists()

    def test_gives_one_time_to_one_of_two_visits(self, visit: Appointment) -> None:
        other = book(TUESDAY + 2 * HOUR, person=somebody(1))
        both = move(visit, "2026-11-25 10:00") | move(other, "2026-11-25 10:00")
        with pytest.raises(Unresolved) as refused:
            take_time_off_over_visits(a_day(), both, now=NOW)
        assert list(refused.value.problems) == [other.pk]

    def test_can_not_send_away_who_is_here(self, visit: Appointment) -> None:
        arrived = set_appointment_status(visit.pk, AppointmentStatus.ARRIVED, now=TUESDAY)
        with pytest.raises(Unresolved) as refused:
            take_time_off_over_visits(a_day(), decide(arrived, Fate.CANCEL), now=TUESDAY)
        assert codes(refused.value) == {visit.pk: "patient-here"}


class TestFates:
    def test_a_visit_moves_and_its_patient_is_told(self, visit: Appointment) -> None:
        take_time_off_over_visits(
            a_day(provider=visit.provider), move(visit, "2026-11-25 10:00"), now=NOW
        )
        visit.refresh_from_db()
        assert (visit.status, visit.starts_at) == ("booked", at("2026-11-25 10:00"))
        assert {m.channel for m in messages_of(visit, kind="moved")} == {"sms", "email"}

    def test_a_visit_goes_to_another_provider(self, visit: Appointment) -> None:
        make_provider("eli")
        take_time_off_over_visits(
            a_day(provider=visit.provider), move(visit, "2026-11-24 10:00", "eli"), now=NOW
        )
        visit.refresh_from_db()
        assert (visit.provider.slug, visit.starts_at) == ("eli", TUESDAY)

    def test_a_visit_is_called_off_and_its_patient_is_told(self, visit: Appointment) -> None:
        take_time_off_over_visits(a_day(), decide(visit, Fate.CANCEL), now=NOW)
        visit.refresh_from_db()
        assert (visit.status, visit.cancelled_by, visit.cancel_reason) == (
            "cancelled",
            "staff",
            "Snow",
        )
        assert messages_of(visit, kind="cancelled", status="planned")
        assert not StaffTask.objects.exists()

    def test_a_visit_is_called_off_and_left_for_the_call_list(self, visit: Appointment) -> None:
        take_time_off_over_visits(a_day(), decide(visit, Fate.CALL), now=NOW)
        visit.refresh_from_db()
        assert visit.status == "cancelled"
        assert not messages_of(visit, kind="cancelled")
        assert not messages_of(visit, status="planned")
        assert StaffTask.objects.get().kind == "call-closed"

    def test_the_clinics_own_closing_is_no_late_change_of_the_patient(self, dana: Provider) -> None:
        visit = book(now=TUESDAY - timedelta(days=5))
        take_time_off_over_visits(a_day(), decide(visit, Fate.CANCEL), now=TUESDAY - HOUR)
        visit.refresh_from_db()
        assert not visit.changed_late

    def test_a_held_time_is_let_go(self, dana: Provider) -> None:
        held = hold()
        with pytest.raises(Unresolved):
            take_time_off_over_visits(a_day(), decide(held, Fate.CANCEL), now=NOW)
        take_time_off_over_visits(a_day(), decide(held, Fate.LET_GO), now=NOW)
        held.refresh_from_db()
        assert held.status == "expired"
        assert TimeOff.objects.count() == 1

    def test_a_room_is_changed_and_the_time_kept(self, visit: Appointment) -> None:
        first = visit.room
        take_time_off_over_visits(a_day(room=first), move(visit, "2026-11-24 10:00"), now=NOW)
        visit.refresh_from_db()
        assert (visit.starts_at, visit.sequence) == (TUESDAY, 0)
        assert visit.room != first
        assert not messages_of(visit, kind="moved")


class TestWhatIsNotInTheWay:
    def test_is_left_alone_whatever_was_decided(self, visit: Appointment) -> None:
        other = book(TUESDAY + timedelta(days=1), person=somebody(1))
        decisions = decide(visit, Fate.CANCEL) | decide(other, Fate.CANCEL)
        take_time_off_over_visits(a_day(), decisions, now=NOW)
        other.refresh_from_db()
        assert other.status == "booked"

    def test_needs_no_decision(self, dana: Provider) -> None:
        assert take_time_off_over_visits(a_day(), {}, now=NOW).pk

    def test_is_time_off_that_shrinks(self, visit: Appointment) -> None:
        time_off = take_time_off_over_visits(a_day(), decide(visit, Fate.CANCEL), now=NOW)
        time_off.starts, time_off.ends = (
            at("2026-11-24 13:00").time(),
            at("2026-11-24 17:00").time(),
        )
        take_time_off_over_visits(time_off, {}, now=NOW)
        assert book(person=somebody(1)).starts_at == TUESDAY


class TestProposals:
    def test_are_the_nearest_times_outside_the_time_off(self, visit: Appointment) -> None:
        found = propose_times([visit], a_day(), now=NOW)[visit.pk]
        assert [(p.start, p.provider) for p in found[:2]] == [
            (at("2026-11-23 16:00"), "dana"),
            (at("2026-11-23 15:45"), "dana"),
        ]
        assert all(p.start.date() != TUESDAY.date() for p in found)

    def test_name_others_after_the_own_provider(self, visit: Appointment) -> None:
        make_provider("eli")
        found = propose_times([visit], a_day(provider=visit.provider), now=NOW)[visit.pk]
        assert [p.provider for p in found] == ["dana"] * 4 + ["eli"] * 4
        assert found[4].start == TUESDAY

    def test_keep_the_time_where_only_the_room_is_gone(self, visit: Appointment) -> None:
        found = propose_times([visit], a_day(room=visit.room), now=NOW)[visit.pk]
        assert (found[0].start, found[0].provider) == (TUESDAY, "dana")

    def test_know_no_time_where_every_room_is_gone(self, visit: Appointment) -> None:
        for room in Room.objects.exclude(pk=visit.room_id or 0):
            a_day(room=room).save()
        found = propose_times([visit], a_day(room=visit.room), now=NOW)[visit.pk]
        assert found[0].start == at("2026-11-23 16:00")

    def test_can_all_be_taken_at_once(self, visit: Appointment) -> None:
        visits = [visit, *(book(TUESDAY + n * HOUR, person=somebody(n)) for n in (1, 2, 3))]
        found = propose_times(visits, a_day(), now=NOW)
        decisions = {
            v.pk: Decision(Fate.MOVE, v.version, found[v.pk][0].start, found[v.pk][0].provider)
            for v in visits
        }
        take_time_off_over_visits(a_day(), decisions, now=NOW)
        assert Appointment.objects.filter(status="booked").count() == 4

    def test_reach_past_a_long_absence(self, visit: Appointment) -> None:
        weeks = make_time_off("2026-11-17", "2026-12-18", provider=visit.provider)
        found = propose_times([visit], weeks, now=NOW)[visit.pk]
        assert found[0].start == at("2026-12-21 09:00")

    def test_take_the_same_few_queries_for_many_visits(
        self, visit: Appointment, django_assert_num_queries: object
    ) -> None:
        for number in (1, 2, 3):
            book(TUESDAY + number * HOUR, person=somebody(number))
        visits = visits_in_the_way(a_day(), now=NOW)
        assert len(visits) == 4
        with django_assert_num_queries(4):  # type: ignore[operator]
            propose_times(visits, a_day(), now=NOW)


def test_a_booking_never_slips_under_it(visit: Appointment) -> None:
    take_time_off_over_visits(a_day(), decide(visit, Fate.CANCEL), now=NOW)
    with pytest.raises(NotOffered):
        book(TUESDAY + 3 * HOUR, person=somebody(1))
