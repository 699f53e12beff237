"""What is offered can be booked, and what is not offered is refused: every start of the grid."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from scheduler.booking.models import Appointment
from tests.api.asking import post, slots
from tests.factories import (
    ZONE,
    at,
    book,
    make_hours,
    make_provider,
    make_room,
    make_time_off,
    make_visit_type,
    somebody,
)

pytestmark = pytest.mark.usefixtures("at_once")
FIRST, LAST = "2026-11-24", "2026-11-25"
GRID = timedelta(minutes=30)
PROVIDERS = ("dana", "eli", "fay")


@pytest.fixture
def busy_clinic(clinic: object) -> None:
    """Three providers share two rooms on two days, one of the rooms named by somebody's hours."""
    make_visit_type(
        rooms=["exam-1", "exam-2"],
        duration_minutes=45,
        grid_minutes=30,
        buffer_before_minutes=5,
        buffer_after_minutes=10,
    )
    dana = make_provider("dana", "check-up", hours=("09:00", "12:00"))
    make_provider("eli", "check-up", hours=("10:15", "14:00"))
    fay = make_provider("fay", "check-up", hours=None)
    make_hours(fay, 1, "11:00", "15:00", room=make_room("exam-2"))
    make_time_off(FIRST, times=("12:30", "13:00"), room=make_room("exam-1")).save()
    make_time_off(LAST, times=("10:00", "10:20"), provider=dana).save()
    book(at(f"{FIRST} 10:30"), visit_type="check-up", person=somebody(90), provider="eli")
    book(at(f"{FIRST} 11:00"), visit_type="check-up", person=somebody(91), provider="dana")


def the_grid() -> list[datetime]:
    """Every start of the two days, night included."""
    return [at(f"{FIRST} 00:00") + n * GRID for n in range(96)]


def take(client: Client, start: datetime, number: int, provider: str | None = None) -> Any:
    person = {"name": "Ana Ruiz", "email": f"ana-{number}@example.org"}
    typed = {"visit_type": "check-up", "start": start.isoformat(), "patient": person}
    return post(client, "appointments", {**typed, **({"provider": provider} if provider else {})})


def offered(client: Client, **query: Any) -> set[tuple[datetime, str]]:
    return {
        (datetime.fromisoformat(start).astimezone(ZONE), provider)
        for start, provider in slots(client, "check-up", FIRST, LAST, **query)
    }


@pytest.mark.usefixtures("busy_clinic")
class TestEveryStart:
    @pytest.mark.parametrize("verification", [True, False])
    def test_of_each_provider_can_be_booked_just_when_it_is_offered(
        self, client: Client, settings: Settings, verification: bool
    ) -> None:
        settings.BOOKING_VERIFICATION = verification
        free = offered(client)
        assert {provider for _, provider in free} == set(PROVIDERS)
        # Every other start with a code, the others without: the rules are the same.
        by_day = [start for start in the_grid() if 8 <= start.hour < 16][verification::2]
        for number, start in enumerate(by_day):
            for provider in PROVIDERS:
                before = transaction.savepoint()
                answer = take(client, start, number, provider)
                transaction.savepoint_rollback(before)
                expected = {201} if (start, provider) in free else {409, 422}
                assert answer.status in expected, (start, provider, answer.content)

    def test_without_a_wish_can_be_booked_until_none_is_offered(self, client: Client) -> None:
        before = Appointment.objects.count()
        number = 0
        while free := sorted(offered(client)):
            start, _ = free[len(free) // 2]
            assert take(client, start, number).status == 201
            number += 1
        assert Appointment.objects.count() == before + number
        assert number > 8
        for start in the_grid():
            assert take(client, start, 99).status in {409, 422}


class TestBetweenTheGrid:
    @pytest.mark.parametrize("minute", [1, 10, 15, 29])
    def test_no_start_is_offered_or_taken(
        self, client: Client, busy_clinic: None, minute: int
    ) -> None:
        start = at(f"{LAST} 11:00") + timedelta(minutes=minute)
        answer = take(client, start, 1)
        assert (answer.status, answer.kind, answer.fields) == (422, "not-offered", ["start"])
