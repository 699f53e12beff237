"""Signing in as people do: with an app's code, with a passkey, and back after a coffee."""

import re
from collections.abc import Iterator

import pytest
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from scheduler.accounts import lock_session
from tests.browser.conftest import PHONE_AND_DESK, blocked_by_policy, run_axe
from tests.factories import make_clinic
from tests.staff import PASSWORD, make_user

pytestmark = pytest.mark.django_db(transaction=True)
# The calendar adds its day and view to the address.
CALENDAR = re.compile(r"/staff/(\?.*)?$")


@pytest.fixture(autouse=True)
def _clinic(settings: Settings) -> None:
    cache.clear()
    settings.STAFF_MFA_REQUIRED = True
    make_clinic()
    make_user()


@pytest.fixture
def desk_page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A browser at the desk, by the name that passkeys are bound to."""
    context = browser.new_context(
        base_url=live_server.url,
        viewport=PHONE_AND_DESK["desk"],
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def give_password(page: Page) -> None:
    page.goto("/staff/")
    page.get_by_label("Username").fill("desk")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def open_with_password(page: Page, path: str) -> None:
    """What changes how somebody signs in asks for the password once more."""
    page.goto(path)
    assert run_axe(page) == []
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page).to_have_url(re.compile(path))
    assert run_axe(page) == []


def code_of(secret: str) -> str:
    """What an app shows now: between the code before, which is taken too, and the one after."""
    _, now, _ = yield_hotp_counters_from_time()
    return f"{hotp_value(secret, now):06d}"


class TestTheFirstTime:
    def test_an_app_is_set_up_and_asked_ever_after(self, desk_page: Page) -> None:
        page, blocked = desk_page, blocked_by_policy(desk_page)
        page.goto("/staff/")
        assert run_axe(page) == []
        give_password(page)
        expect(page).to_have_url(re.compile("/staff/account/2fa/"))
        assert run_axe(page) == []
        open_with_password(page, "/staff/account/2fa/totp/activate/")
        secret = page.locator("#authenticator_secret").input_value()
        page.get_by_label("Authenticator code").fill(code_of(secret))
        page.get_by_role("button", name="Activate").click()
        expect(page).not_to_have_url(re.compile("totp/activate"))
        page.goto("/staff/")
        expect(page).to_have_url(CALENDAR)
        page.get_by_role("button", name="Sign out").click()
        give_password(page)
        expect(page).to_have_url(re.compile("authenticate"))
        assert run_axe(page) == []
        assert blocked == []


class TestAPasskey:
    def test_is_enrolled_and_signs_in_without_a_password(self, desk_page: Page) -> None:
        page, blocked = desk_page, blocked_by_policy(desk_page)
        browser = page.context.new_cdp_session(page)
        browser.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        browser.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        give_password(page)
        expect(page).to_have_url(re.compile("/staff/account/2fa/"))
        open_with_password(page, "/staff/account/2fa/webauthn/add/")
        page.locator("#id_passwordless").check()
        page.locator("#mfa_webauthn_add").click()
        page.wait_for_url(re.compile(r"/2fa/(?!webauthn/add)"))
        page.goto("/staff/")
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(re.compile("/staff/account/login/"))
        page.goto("/staff/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page).to_have_url(CALENDAR)
        assert blocked == []


class TestTheLock:
    def test_keeps_what_was_typed(
        self, desk_page: Page, monkeypatch: pytest.MonkeyPatch, settings: Settings
    ) -> None:
        settings.STAFF_MFA_REQUIRED = False
        page = desk_page
        page.clock.install()
        give_password(page)
        expect(page).to_have_url(re.compile(r"/staff/\?day="))
        page.evaluate(
            "document.querySelector('main').insertAdjacentHTML('beforeend',"
            "'<label>Note <input id=note></label>')"
        )
        page.fill("#note", "half a sentence")
        page.clock.fast_forward(14 * 60_000 + 10_000)
        expect(page.get_by_role("heading", name="Are you still there?")).to_be_visible()
        page.clock.fast_forward(60_000)
        expect(page.get_by_role("heading", name="Locked after 15 quiet minutes")).to_be_visible()
        expect(page.locator("#note")).to_be_hidden()
        assert run_axe(page) == []
        page.locator("#lock-password").fill("wrong")
        page.get_by_role("button", name="Unlock").click()
        expect(page.get_by_text("That is not your password")).to_be_visible()
        page.locator("#lock-password").fill(PASSWORD)
        page.get_by_role("button", name="Unlock").click()
        expect(page.locator("#note")).to_have_value("half a sentence")
        expect(page.locator("#note")).to_be_visible()

    def test_is_the_servers_too(
        self, desk_page: Page, monkeypatch: pytest.MonkeyPatch, settings: Settings
    ) -> None:
        settings.STAFF_MFA_REQUIRED = False
        page = desk_page
        give_password(page)
        expect(page).to_have_url(CALENDAR)
        monkeypatch.setattr(lock_session, "IDLE", lock_session.IDLE * 0)
        page.goto("/staff/")
        expect(page.get_by_role("heading", name="Locked after 15 quiet minutes")).to_be_visible()
        monkeypatch.undo()
        page.get_by_label("Password of desk").fill(PASSWORD)
        page.get_by_role("button", name="Unlock").click()
        expect(page).to_have_url(CALENDAR)
