"""What a call costs in SQL: a small, fixed number, however much there is."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider, VisitType
from tests.api.asking import Answer, get, post, take, the_visit
from tests.factories import NOW, TUESDAY, at, book, code_of, make_patient, make_provider, token_of

# Slots exactly; bookings at most, so that who saves one need not come here.
SLOTS = 4
HOLD = 14
BOOK_AT_ONCE = 15
VERIFY = 13
RESCHEDULE = 16
CANCEL = 11
LOOK = 2


def cost(act: Callable[[], Answer]) -> int:
    """The queries of one call that goes well."""
    with CaptureQueriesContext(connection) as queries:
        answer = act()
    assert answer.status in {200, 201}, answer.content
    # BEGIN and COMMIT among them, for which savepoints stand within a test's own transaction.
    return len(queries)


def ask(days: int) -> dict[str, str]:
    first = TUESDAY.date()
    last = first + timedelta(days=days - 1)
    return {"visit_type": "new-patient", "from": first.isoformat(), "to": last.isoformat()}


def fill(provider: Provider, count: int) -> None:
    """Visits back to back, in no room, on as many days as it takes."""
    patient = make_patient("Ben Other", phone="+14195550188")
    visit_type = VisitType.objects.get(slug="new-patient")
    starts = [at("2026-11-23 00:00") + n * timedelta(hours=2) for n in range(count)]
    Appointment.objects.bulk_create(
        Appointment(
            reference=f"R{number:07d}",
            visit_type=visit_type,
            provider=provider,
            patient=patient,
            status="booked",
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            busy_start=start,
            busy_end=start + timedelta(hours=1),
            created_at=NOW,
        )
        for number, start in enumerate(starts)
    )


class TestSlots:
    @pytest.mark.parametrize("days", [1, 62])
    @pytest.mark.parametrize("providers", [3, 12])
    @pytest.mark.parametrize("visits", [0, 300])
    def test_cost_the_same_queries(
        self,
        client: Client,
        clinic: object,
        days: int,
        providers: int,
        visits: int,
    ) -> None:
        found = [make_provider(f"provider-{number}") for number in range(providers)]
        fill(found[0], visits)
        query = ask(days)
        assert cost(lambda: get(client, "slots", query)) == SLOTS

    def test_of_one_provider_cost_no_more(self, client: Client, dana: Provider) -> None:
        query = {**ask(31), "provider": "dana"}
        assert cost(lambda: get(client, "slots", query)) == SLOTS


class TestBooking:
    @pytest.fixture(params=[(1, 0), (12, 300)], ids=["small", "large"])
    def clinic_of_a_size(self, request: pytest.FixtureRequest, clinic: object) -> None:
        providers, visits = request.param
        found = [make_provider(f"provider-{number}") for number in range(providers)]
        fill(found[-1], visits)

    def test_a_hold_costs_the_same(self, client: Client, clinic_of_a_size: None) -> None:
        assert cost(lambda: take(client)) <= HOLD

    @pytest.mark.usefixtures("at_once")
    def test_a_booking_costs_the_same(self, client: Client, clinic_of_a_size: None) -> None:
        assert cost(lambda: take(client)) <= BOOK_AT_ONCE

    def test_a_verification_costs_the_same(self, client: Client, clinic_of_a_size: None) -> None:
        take(client)
        visit = the_visit()
        path = f"appointments/{token_of(visit)}/verify"
        assert cost(lambda: post(client, path, {"code": code_of(visit)})) <= VERIFY

    def test_a_move_costs_the_same(self, client: Client, clinic_of_a_size: None) -> None:
        token = token_of(book())
        later = {"start": (TUESDAY + timedelta(days=1)).isoformat()}
        assert cost(lambda: post(client, f"appointments/{token}/reschedule", later)) <= RESCHEDULE

    def test_a_cancellation_costs_the_same(self, client: Client, clinic_of_a_size: None) -> None:
        token = token_of(book())
        assert cost(lambda: post(client, f"appointments/{token}/cancel")) <= CANCEL

    def test_a_look_costs_little(self, client: Client, dana: Provider, clock: Traveller) -> None:
        token = token_of(book())
        assert cost(lambda: get(client, f"appointments/{token}")) == LOOK
