"""Calls are counted by address: nobody escapes by a header, and nobody is framed by one."""

from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from ninja.conf import settings as ninja_settings
from pytest_django import Settings
from time_machine import Traveller

from api import throttle
from tests.api.asking import Answer, get, post

NOBODY: dict[str, Any] = {}
A_MINUTE = 10


@pytest.fixture(autouse=True)
def throttled(settings: Settings, monkeypatch: pytest.MonkeyPatch, clinic: object) -> None:
    settings.API_THROTTLE = True
    monkeypatch.setattr(throttle._Quiet, "until", 0.0)
    caches["throttle"].clear()


@pytest.fixture
def one_proxy(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.NUM_PROXIES = 1
    monkeypatch.setattr(ninja_settings, "NUM_PROXIES", 1)


def ask(client: Client, **extra: Any) -> Answer:
    """Ten of these a minute are allowed; an empty body is refused after it was counted."""
    return post(client, "contact-requests", NOBODY, **extra)


def use_up(client: Client, **extra: Any) -> None:
    assert {ask(client, **extra).status for _ in range(A_MINUTE)} == {422}


class TestAnAddress:
    def test_may_call_so_often_a_minute(self, client: Client, clock: Traveller) -> None:
        use_up(client)
        answer = ask(client)
        assert (answer.status, answer.kind) == (429, "too-many-requests")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert 1 <= int(answer.headers["Retry-After"]) <= 60

    def test_may_call_again_after_the_wait(self, client: Client, clock: Traveller) -> None:
        use_up(client)
        clock.shift(int(ask(client).headers["Retry-After"]) + 1)
        assert ask(client).status == 422

    def test_is_counted_apart_from_others(self, client: Client) -> None:
        use_up(client, REMOTE_ADDR="203.0.113.9")
        assert ask(client, REMOTE_ADDR="203.0.113.9").status == 429
        assert ask(client, REMOTE_ADDR="203.0.113.10").status == 422

    def test_may_read_slots_all_the_same(self, client: Client) -> None:
        use_up(client)
        ask(client)
        asked = {"visit_type": "new-patient", "from": "2026-11-24", "to": "2026-11-24"}
        assert get(client, "slots", asked).status == 200

    def test_is_not_counted_where_the_switch_is_off(
        self, client: Client, settings: Settings
    ) -> None:
        settings.API_THROTTLE = False
        assert {ask(client).status for _ in range(2 * A_MINUTE)} == {422}


class TestForwardedFor:
    def test_is_no_escape_without_a_proxy(self, client: Client) -> None:
        for number in range(A_MINUTE):
            ask(client, headers={"X-Forwarded-For": f"198.51.100.{number}"})
        assert ask(client, headers={"X-Forwarded-For": "198.51.100.99"}).status == 429

    def test_frames_nobody_without_a_proxy(self, client: Client) -> None:
        for _ in range(A_MINUTE + 1):
            ask(client, headers={"X-Forwarded-For": "203.0.113.9"})
        assert ask(client, REMOTE_ADDR="203.0.113.9").status == 422

    def test_tells_callers_apart_behind_a_proxy(self, client: Client, one_proxy: None) -> None:
        use_up(client, headers={"X-Forwarded-For": "203.0.113.9"})
        assert ask(client, headers={"X-Forwarded-For": "203.0.113.9"}).status == 429
        assert ask(client, headers={"X-Forwarded-For": "203.0.113.10"}).status == 422

    def test_is_no_escape_behind_a_proxy(self, client: Client, one_proxy: None) -> None:
        """What the caller wrote comes first; what our proxy saw comes last, and counts."""
        for number in range(A_MINUTE):
            ask(client, headers={"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.9"})
        answer = ask(client, headers={"X-Forwarded-For": "198.51.100.99, 203.0.113.9"})
        assert answer.status == 429

    def test_frames_nobody_behind_a_proxy(self, client: Client, one_proxy: None) -> None:
        for _ in range(A_MINUTE + 1):
            ask(client, headers={"X-Forwarded-For": "203.0.113.10, 203.0.113.9"})
        assert ask(client, headers={"X-Forwarded-For": "203.0.113.10"}).status == 422


class TestWithoutRedis:
    @pytest.fixture(autouse=True)
    def no_redis(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        """Redis refuses, and keeps count of who asked."""
        asked: list[int] = []

        def refuse(*_: object, **__: object) -> None:
            asked.append(1)
            raise ConnectionError

        monkeypatch.setattr(throttle.AddressThrottle.cache, "get", refuse, raising=False)
        return asked

    def test_everybody_is_let_in(self, client: Client) -> None:
        assert {ask(client).status for _ in range(2 * A_MINUTE)} == {422}

    def test_it_is_left_alone_for_a_while(self, client: Client, no_redis: list[int]) -> None:
        for _ in range(5):
            ask(client)
        assert len(no_redis) == 1
