"""Every page of the staff in a clinic that was at work for half a year: accessible, and within its
width, at a desk and on a phone."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from scheduler.accounts.roles import MANAGER
from tests.browser.conftest import PHONE_AND_DESK, TOO_WIDE, blocked_by_policy, run_axe
from tests.browser.demo import with_the_demo
from tests.browser.staff.conftest import OpenBrowser, sign_in
from tests.browser.staff_places import STAFF_PLACES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]


@pytest.fixture
def manager_page(live_server: LiveServer, open_browser: OpenBrowser) -> Iterator[Page]:
    with with_the_demo():
        page = open_browser().new_page()
        page.context.clock.set_system_time(timezone.now())
        yield sign_in(page, User.objects.get(groups__name=MANAGER))


def test_every_page_has_no_fault(manager_page: Page) -> None:
    page = manager_page
    blocked = blocked_by_policy(page)
    found: dict[str, list[str]] = {}
    for name, path in STAFF_PLACES.items():
        page.goto(path())
        found[name] = run_axe(page)
        for size in PHONE_AND_DESK.values():
            page.set_viewport_size(size)
            if too_wide := page.evaluate(TOO_WIDE):
                found[name].append(f"{too_wide} pixels too wide at {size}")
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert blocked == []
