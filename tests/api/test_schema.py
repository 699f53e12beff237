"""What the description of the API lends to whoever tries it."""

from typing import Any

import pytest
from django.test import Client
from time_machine import Traveller

from scheduler.clinic.models import Clinic, Provider
from tests.api.asking import get, post
from tests.factories import at, book, somebody


def example(client: Client) -> Any:
    schemas = get(client, "openapi.json").json["components"]["schemas"]
    return schemas["BookingIn"].get("example")


class TestTheExampleOfABooking:
    @pytest.mark.parametrize("now", ["2026-11-16 10:00", "2027-02-05 16:00"])
    def test_can_be_booked_as_it_stands(
        self, client: Client, dana: Provider, clock: Traveller, now: str
    ) -> None:
        clock.move_to(at(now))
        answer = post(client, "appointments", example(client))
        assert (answer.status, answer.json["status"]) == (201, "held")

    def test_is_at_a_free_time(self, client: Client, dana: Provider) -> None:
        taken = at("2026-11-18 09:00")
        assert example(client)["start"] == taken.isoformat()
        book(taken, person=somebody(1))
        assert example(client)["start"] == at("2026-11-18 10:00").isoformat()

    def test_is_left_out_where_nothing_can_be_booked(self, client: Client, clinic: Clinic) -> None:
        assert example(client) is None
