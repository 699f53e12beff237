"""The booking's steps on an old phone: how much comes over the air. `inspect` weighs places."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from scheduler.booking.models import Appointment
from tests.browser.booking import Person
from tests.browser.conftest import BUDGET, bytes_of
from tests.factories import make_clinic
from tests.small_clinic import load_providers

pytestmark = pytest.mark.django_db(transaction=True)
# The heading's font alone: whoever finds less has not seen what was loaded.
LEAST = 21_000


class TestEachStep:
    def test_stays_within_the_budget_with_nothing_cached(self, page: Page) -> None:
        make_clinic()
        load_providers(now=timezone.now())
        Appointment.objects.all().delete()
        sizes, weights = bytes_of(page), dict[str, int]()
        person = Person(page)
        person.begin()
        for answer in (
            *(person.been, person.why, person.time, person.you, person.send, person.code),
            lambda: None,
        ):
            sizes.clear()
            page.reload(wait_until="networkidle")
            weights[page.url.rpartition("/book/")[2]] = sum(sizes)
            answer()
        assert len(weights) == 7
        assert min(weights.values()) > LEAST
        assert {step: weight for step, weight in weights.items() if weight > BUDGET} == {}
