"""What every test of the API starts from: a fixed time, nobody to wake, and no throttle."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from tests.factories import NOW

EDGES = ("appointments", "contact_requests", "webhooks.twilio", "staff.appointments")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """It is NOW until the test moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The edges that asked for a worker, in order."""
    found: list[str] = []
    for edge in EDGES:
        monkeypatch.setattr(f"api.{edge}.nudge", lambda edge=edge: found.append(edge))
    return found


@pytest.fixture(autouse=True)
def without_throttle(settings: Settings) -> None:
    """Redis counts calls over all tests; those about throttling turn it on again."""
    settings.API_THROTTLE = False


@pytest.fixture
def client() -> Client:
    """A program without cookies, refused where a page would check for forgery."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def at_once(settings: Settings) -> None:
    """Bookings need no code."""
    settings.BOOKING_VERIFICATION = False
