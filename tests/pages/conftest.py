"""What every test of a page starts from: a fixed time, and no worker to wake."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from scheduler.clinic.models import Provider, VisitType
from tests.pages.factories import NOW
from tests.pages.visitor import Visitor

NUDGING = (
    "contact_requests.ask",
    "contact_requests.request_detail",
    "public.outbox",
    "visit.cancel",
    "visit.other_time",
    "visit.find_my_visit",
    "visit.reschedule_offer",
    "booking.check",
    "booking.code",
    "staff.calendar.appointment",
    "staff.calendar.move",
    "staff.calendar.quick_booking",
    "booking.done",
    "staff.time_off.emergency_closure",
    "staff.time_off.time_off",
)


@pytest.fixture(autouse=True)
def at_a_fixed_time() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The modules that asked for a worker, in order."""
    found: list[str] = []
    for module in NUDGING:
        monkeypatch.setattr(
            f"scheduler.pages.{module}.nudge", lambda module=module: found.append(module)
        )
    return found


@pytest.fixture
def client() -> Client:
    """A browser that checks what Django's own test client would let pass: CSRF."""
    return Client(enforce_csrf_checks=True, headers={"accept-language": "en"})


@pytest.fixture
def spanish() -> Client:
    return Client(enforce_csrf_checks=True, headers={"accept-language": "es-MX,es;q=0.9"})


@pytest.fixture
def visitor(client: Client, dana: Provider) -> Visitor:
    """Somebody at the booking pages of a clinic where Dana sees new and returning patients."""
    dana.visit_types.add(VisitType.objects.get(slug="follow-up"))
    return Visitor(client)
