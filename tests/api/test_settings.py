"""What is safe on a developer's machine only keeps a server from starting, and says which."""

import os
import runpy

import pytest
import structlog
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from pytest_django import Settings

from api.webhooks.mail import SERVICES
from scheduler.environment import MAIL_SERVICES, mail_settings
from tests.services import ENVIRONMENT, ROOT, documented_names

SERVER = {
    **ENVIRONMENT,
    "DEBUG": "off",
    "PUBLIC_URL": "https://book.example.org",
    "LINK_HOST": "book.example.org",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "a-token",
    "TWILIO_FROM": "+14195550199",
    "EMAIL_URL": "smtp://127.0.0.1:2525",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
LOOPBACK = {"PUBLIC_URL": "http://127.0.0.1:8000", "LINK_HOST": "127.0.0.1:8000"}
UNSAFE = {
    "API_THROTTLE": {"API_THROTTLE": "off"},
    "BOOKING_VERIFICATION": {"BOOKING_VERIFICATION": "off"},
    "TWILIO_API_BASE": {"TWILIO_API_BASE": "http://127.0.0.1:9"},
    "DEMO": {"DEMO": "on"},
    "the outbox for texts": {"TWILIO_ACCOUNT_SID": ""},
    "the outbox for mail": {"EMAIL_URL": ""},
}


def start(**changes: str) -> str:
    """What a process says that loads the settings: nothing, or why it refuses."""
    before, logging = dict(os.environ), structlog.get_config()
    kept = {name: value for name, value in before.items() if name not in documented_names()}
    try:
        os.environ.clear()
        os.environ.update({**kept, **SERVER, **changes})
        runpy.run_path(str(ROOT / "scheduler" / "settings.py"))
    except ImproperlyConfigured as refused:
        return str(refused)
    finally:
        os.environ.clear()
        os.environ.update(before)
        structlog.configure(**logging)
    return ""


class TestAnUnsafeSwitch:
    @pytest.mark.parametrize(("said", "changes"), UNSAFE.items(), ids=UNSAFE.keys())
    def test_keeps_a_server_from_starting(self, said: str, changes: dict[str, str]) -> None:
        assert start(**changes).startswith(said)

    def test_of_all_kinds_is_allowed_on_the_loopback_address(self) -> None:
        everything = {name: value for one in UNSAFE.values() for name, value in one.items()}
        assert start(**everything, **LOOPBACK) == ""

    def test_is_allowed_with_debug(self) -> None:
        assert start(**UNSAFE["API_THROTTLE"], DEBUG="on") == ""

    @pytest.mark.parametrize("name", ["API_THROTTLE", "BOOKING_VERIFICATION"])
    def test_has_two_positions(self, name: str) -> None:
        assert start(**{name: "of"}).startswith(f"{name} must be 'on' or 'off'")


class TestAServer:
    def test_starts_with_real_transports(self) -> None:
        assert start() == ""

    def test_starts_with_channels_that_are_named_off(self) -> None:
        assert start(TWILIO_ACCOUNT_SID="off", EMAIL_URL="off") == ""

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"SECRET_KEY": ""}, "SECRET_KEY"),
            ({"LINK_KEYS": ""}, "LINK_KEYS"),
            ({"LINK_KEYS": "short"}, "LINK_KEYS"),
            ({"LINK_KEYS": "l" * 32 + ",short"}, "LINK_KEYS"),
            ({"PUBLIC_URL": ""}, "PUBLIC_URL"),
            ({"PUBLIC_URL": "book.example.org"}, "PUBLIC_URL"),
            ({"PUBLIC_URL": "https://book.example.org/path"}, "PUBLIC_URL"),
            ({"LINK_HOST": "a-very-long-name-of-a-host.example.org"}, "LINK_HOST"),
            ({"DATABASE_URL": ""}, "DATABASE_URL"),
            ({"REDIS_URL": ""}, "REDIS_URL"),
            ({"TWILIO_AUTH_TOKEN": ""}, "TWILIO_ACCOUNT_SID is set"),
            ({"TWILIO_FROM": ""}, "TWILIO_ACCOUNT_SID is set"),
        ],
    )
    def test_says_what_is_missing_or_wrong(self, changes: dict[str, str], said: str) -> None:
        assert start(**changes).startswith(said)


class TestMail:
    def test_goes_through_the_service_that_the_address_names(self) -> None:
        found = mail_settings("mailjet://Key%3A1:Secret", timeout=15)
        assert found["EMAIL_BACKEND"] == "anymail.backends.mailjet.EmailBackend"
        assert found["ANYMAIL"] == {
            "MAILJET_API_KEY": "Key:1",
            "MAILJET_SECRET_KEY": "Secret",
            "REQUESTS_TIMEOUT": 15,
        }

    @pytest.mark.parametrize("service", MAIL_SERVICES)
    def test_services_can_be_made(self, service: str, settings: Settings) -> None:
        keys = ":".join("key" for _ in MAIL_SERVICES[service])
        found = mail_settings(f"{service}://{keys}", timeout=15)
        settings.ANYMAIL = found["ANYMAIL"]
        assert vars(get_connection(found["EMAIL_BACKEND"], timeout=15))["timeout"] == 15
        assert service in SERVICES

    @pytest.mark.parametrize("url", ["postmark://", "mailjet://key", "brevo://a:b"])
    def test_without_its_key_keeps_a_server_from_starting(self, url: str) -> None:
        assert start(EMAIL_URL=url).startswith("EMAIL_URL for ")

    def test_with_a_key_starts(self) -> None:
        assert start(EMAIL_URL="postmark://key") == ""
