"""Browsers of the staff: a desk's screen and a tablet, signed in."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from scheduler.accounts.roles import DESK
from scheduler.clinic.models import Provider, VisitType
from tests.browser.conftest import TOO_WIDE, run_axe
from tests.staff import make_user, signed_in

SCREEN: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
TABLET: dict[str, Any] = {"viewport": {"width": 1024, "height": 768}, "has_touch": True}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
OpenBrowser = Callable[..., BrowserContext]
# Milliseconds. Machines that run these tests have other things to do; who is quick does not wait.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


def sign_in(page: Page, user: AbstractUser) -> Page:
    """The page, with the user's session from its next request on."""
    session = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": session,
                "domain": "localhost",
                "path": "/",
            }
        ]
    )
    return page


def is_sound(page: Page) -> None:
    """Accessible as it stands, and within its width, also at a desk's screen."""
    assert run_axe(page) == []
    here = page.viewport_size
    for size in (SCREEN["viewport"], here):
        page.set_viewport_size(size)
        assert page.evaluate(TOO_WIDE) == 0, size


@pytest.fixture
def staffed(dana: Provider) -> Provider:
    """A clinic where Dana sees new and returning patients."""
    dana.visit_types.add(VisitType.objects.get(slug="follow-up"))
    return dana


@pytest.fixture
def open_browser(
    browser: Browser, live_server: LiveServer, pytestconfig: pytest.Config
) -> Iterator[OpenBrowser]:
    """`open_browser(**options)` gives a browser of its own: SCREEN unless told, in Findlay, by the
    clock of this process."""
    opened: list[BrowserContext] = []

    def open_one(**options: Any) -> BrowserContext:
        context = browser.new_context(
            base_url=live_server.url,
            **{"locale": "en-US", "timezone_id": "America/New_York", **SCREEN, **options},
        )
        context.set_default_timeout(PATIENCE)
        if pytestconfig.getoption("--clock"):
            context.clock.set_system_time(datetime.now(UTC))
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def staff_page(open_browser: OpenBrowser, staffed: Provider) -> Page:
    """The front desk at its screen, signed in."""
    return sign_in(open_browser().new_page(), make_user(DESK))
