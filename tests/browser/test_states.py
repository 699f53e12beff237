"""Every state that takes some doing to see: accessible and within its width, in both languages.

Languages and sizes take turns, so that each is seen in a part of the states at no more runs.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from scheduler.booking.models import Appointment
from tests.browser.booking import faults_here
from tests.browser.booking_states import BOOKING
from tests.browser.conftest import PHONE_AND_DESK, Faults
from tests.browser.states import STATES
from tests.factories import make_clinic
from tests.small_clinic import load_providers

pytestmark = pytest.mark.django_db(transaction=True)
KINDS = [(language, size) for size in PHONE_AND_DESK for language in ("es", "en")]
Open = Callable[[int], Page]


@pytest.fixture(autouse=True)
def _clinic(tmp_path: Path, settings: Settings) -> None:
    make_clinic()
    load_providers(now=timezone.now())
    Appointment.objects.all().delete()
    settings.DATA_DIR = tmp_path


@pytest.fixture
def open_as(browser: Browser, live_server: LiveServer) -> Iterator[Open]:
    """`open_as(number)` opens a browser of the kind whose turn it is."""
    contexts = []

    def open_one(number: int) -> Page:
        language, size = KINDS[number % len(KINDS)]
        context = browser.new_context(
            base_url=live_server.url, viewport=PHONE_AND_DESK[size], locale=f"{language}-US"
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


class TestEveryState:
    @pytest.mark.parametrize(("number", "name"), list(enumerate(STATES)))
    def test_has_no_fault(
        self, open_as: Open, monkeypatch: pytest.MonkeyPatch, number: int, name: str
    ) -> None:
        page = open_as(number)
        STATES[name](page, monkeypatch)
        assert faults_here(page) == Faults()

    @pytest.mark.parametrize(("number", "walk"), list(enumerate(BOOKING)))
    def test_on_the_way_to_a_visit_has_no_fault(
        self, open_as: Open, number: int, walk: str
    ) -> None:
        page = open_as(number)
        for name in BOOKING[walk](page):
            if name.endswith("mistake"):
                expect(page.locator(".errors")).to_be_focused()
            assert faults_here(page) == Faults(), name

    def test_of_a_mistake_is_seen_in_english_too(self, open_as: Open) -> None:
        page = open_as(KINDS.index(("en", "desk")))
        for name in BOOKING["new"](page):
            assert faults_here(page) == Faults(), name
