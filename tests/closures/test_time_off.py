"""Hours are closed in the open: never over a visit that stands in them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scheduler.booking.cancel import cancel
from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider, Room, TimeOff
from scheduler.closures.time_off import VisitsInTheWay, take_time_off
from tests.factories import (
    NOW,
    PATIENT,
    TUESDAY,
    at,
    book,
    hold,
    make_provider,
    make_time_off,
    make_visit_type,
    somebody,
)
from tests.plans import plan_of


@pytest.fixture
def visit(dana: Provider) -> Appointment:
    """Tuesday, 10 to 11, with Dana in the first room."""
    return book()


def in_the_way(time_off: TimeOff) -> list[Appointment]:
    with pytest.raises(VisitsInTheWay) as refused:
        take_time_off(time_off, now=NOW)
    assert not TimeOff.objects.exists()
    return refused.value.appointments


class TestLooking:
    """While the hours are locked, what is booked for other days is not read."""

    def test_reads_the_visits_of_the_days_alone(self, visit: Appointment) -> None:
        for weeks in range(1, 8):
            book(TUESDAY + timedelta(weeks=weeks), person=somebody(weeks))
        with CaptureQueriesContext(connection) as queries:
            assert in_the_way(make_time_off("2026-11-24")) == [visit]
        (statement,) = [one["sql"] for one in queries if "busy_end" in one["sql"]]
        plan = plan_of(statement, analyze=True)
        assert plan.scanned <= {"scheduler_visittype", "scheduler_provider"}
        assert plan.rows_of("Index Scan", of="scheduler_appointment") == [1]

    def test_sees_what_a_night_that_runs_over_meets_the_morning_after(self, dana: Provider) -> None:
        visit = book(at("2026-11-25 09:00"))
        night = make_time_off("2026-11-24", times=("22:00", "09:30"))
        assert in_the_way(night) == [visit]

    def test_goes_on_for_good_where_there_is_no_last_day(self, visit: Appointment) -> None:
        assert in_the_way(make_time_off("2026-11-20", "9999-12-31")) == [visit]


class TestInTheWay:
    def test_are_visits_of_the_provider(self, visit: Appointment) -> None:
        assert in_the_way(make_time_off("2026-11-24", provider=visit.provider)) == [visit]
        take_time_off(make_time_off("2026-11-24", provider=make_provider("eli")), now=NOW)

    def test_are_visits_in_the_room(self, visit: Appointment) -> None:
        assert in_the_way(make_time_off("2026-11-24", room=visit.room)) == [visit]
        other = Room.objects.get(slug="exam-2")
        take_time_off(make_time_off("2026-11-24", room=other), now=NOW)

    def test_are_all_visits_when_the_clinic_closes(self, visit: Appointment) -> None:
        make_provider("eli")
        other = book(TUESDAY + timedelta(hours=3), person=somebody(1), provider="eli")
        assert in_the_way(make_time_off("2026-11-23", "2026-11-27")) == [visit, other]

    @pytest.mark.parametrize("times", [("08:00", "10:01"), ("10:59", "12:00"), ("10:15", "10:30")])
    def test_are_those_whose_time_it_meets(
        self, visit: Appointment, times: tuple[str, str]
    ) -> None:
        assert in_the_way(make_time_off("2026-11-24", times=times)) == [visit]

    @pytest.mark.parametrize("times", [("08:00", "10:00"), ("11:00", "12:00")])
    def test_are_not_those_it_only_touches(
        self, visit: Appointment, times: tuple[str, str]
    ) -> None:
        assert take_time_off(make_time_off("2026-11-24", times=times), now=NOW).pk

    def test_are_met_by_their_buffers(self, clinic: object) -> None:
        make_visit_type(buffer_after_minutes=15)
        make_provider("dana", "check-up")
        visit = book(visit_type="check-up")
        assert in_the_way(make_time_off("2026-11-24", times=("11:10", "12:00"))) == [visit]

    def test_are_met_on_the_weekdays_of_the_mask(self, visit: Appointment) -> None:
        tuesdays, wednesdays = 0b10, 0b100
        month = ("2026-11-01", "2026-12-31")
        assert in_the_way(make_time_off(*month, weekdays=tuesdays)) == [visit]
        assert take_time_off(make_time_off(*month, weekdays=wednesdays), now=NOW).pk

    def test_are_holds_until_they_lapse(self, dana: Provider) -> None:
        held = hold()
        assert in_the_way(make_time_off("2026-11-24")) == [held]
        later = NOW + timedelta(minutes=15)
        assert take_time_off(make_time_off("2026-11-24"), now=later).pk

    def test_are_not_cancelled_visits(self, visit: Appointment) -> None:
        cancel(visit.pk, by=PATIENT, now=NOW)
        assert take_time_off(make_time_off("2026-11-24"), now=NOW).pk

    def test_are_not_visits_of_the_past(self, visit: Appointment) -> None:
        assert take_time_off(make_time_off("2026-11-24"), now=TUESDAY + timedelta(hours=2)).pk
