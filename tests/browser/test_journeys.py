"""Every journey on phones and desks, in both languages, with and without scripts, by taps or keys.

Here so that any two of these meet; with `--long` (`make faults`) all of them do.
"""

from collections.abc import Iterator
from itertools import combinations, product
from typing import NamedTuple

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from scheduler.booking.models import Appointment
from scheduler.messaging.models import Consent
from tests.browser.booking import Person
from tests.browser.conftest import PHONE_AND_DESK, blocked_by_policy
from tests.browser.hands import Keys, Taps
from tests.browser.journeys import JOURNEYS
from tests.data_checks.coherent import findings
from tests.factories import make_clinic
from tests.small_clinic import load_providers

pytestmark = pytest.mark.django_db(transaction=True)
LANGUAGES = ("en", "es")
SIZES = tuple(PHONE_AND_DESK)


class Way(NamedTuple):
    journey: str
    language: str
    size: str
    scripts: bool
    keys: bool

    def __str__(self) -> str:
        with_scripts = "scripts" if self.scripts else "no scripts"
        by = "keys" if self.keys else "taps"
        return ", ".join([self.journey, self.language, self.size, with_scripts, by])


def every_way() -> list[Way]:
    both = (True, False)
    return [Way(*one) for one in product(JOURNEYS, LANGUAGES, SIZES, both, both)]


def few_ways() -> list[Way]:
    """Two for each journey, the one in everything the opposite of the other."""
    found = []
    for number, journey in enumerate(JOURNEYS):
        for flip in (0, 1):
            bits = [flip, *((number >> at & 1) ^ flip for at in range(3))]
            found.append(
                Way(journey, LANGUAGES[bits[0]], SIZES[bits[1]], bits[2] == 1, bits[3] == 1)
            )
    return found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "way" in metafunc.fixturenames:
        every = metafunc.config.getoption("--long")
        metafunc.parametrize("way", every_way() if every else few_ways(), ids=str)


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, way: Way) -> Iterator[Page]:
    """A browser of that kind."""
    context = browser.new_context(
        base_url=live_server.url,
        viewport=PHONE_AND_DESK[way.size],
        locale=f"{way.language}-US",
        java_script_enabled=way.scripts,
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


class TestAJourney:
    def test_comes_to_its_end(self, page: Page, way: Way) -> None:
        make_clinic()
        load_providers(now=timezone.now())
        Appointment.objects.all().delete()
        Consent.objects.all().delete()
        blocked = blocked_by_policy(page)
        hand = Keys() if way.keys else Taps()
        JOURNEYS[way.journey](Person(page, hand, way.language))
        assert page.locator("html").get_attribute("lang") == way.language
        assert blocked == []
        assert findings(now=timezone.now()) == []


class TestTheFewWays:
    def test_let_any_two_things_meet(self) -> None:
        def pairs(ways: list[Way]) -> set[object]:
            return {
                (at, way[at[0]], way[at[1]]) for way in ways for at in combinations(range(5), 2)
            }

        assert pairs(few_ways()) == pairs(every_way())
        assert len(few_ways()) == 16
