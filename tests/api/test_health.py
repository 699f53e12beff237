"""Is the process up, is the product at work, and who may see the numbers."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import URLResolver, get_resolver
from ninja.conf import settings as ninja_settings
from pytest_django import Settings

from scheduler.clinic.models import Provider
from scheduler.messaging.delivery.heartbeat import beat
from scheduler.messaging.delivery.pause_sending import pause_sending
from scheduler.messaging.models import Message
from tests.factories import NOW, book
from tests.staff import make_user

ELSEWHERE: dict[str, Any] = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def at_work(clinic: object) -> None:
    beat("worker", now=NOW)


def ready(client: Client, **extra: Any) -> tuple[int, dict[str, Any]]:
    response = client.get("/readyz", **extra)
    return response.status_code, response.json()


def addresses(patterns: Any = None, start: str = "/") -> Iterator[str]:
    """Each address of the product, with something or other where it takes a value."""
    for one in patterns or get_resolver().url_patterns:
        path = start + re.sub(r"<int:\w+>|<\w+:\w+>|<\w+>", "1", str(one.pattern))
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, path)
        elif "^" not in path:
            yield path


class TestHealthz:
    def test_answers_without_a_database(self, client: Client) -> None:
        """No `db` fixture: a query here would fail the test."""
        response = client.get("/healthz")
        assert (response.status_code, response.json()) == (200, {"ok": True})

    def test_is_only_read(self) -> None:
        assert Client().post("/healthz").status_code == 405


class TestReadyz:
    def test_is_ready_while_a_worker_is_seen(self, client: Client, at_work: None) -> None:
        status, detail = ready(client)
        assert (status, detail["ready"], detail["database"], detail["worker"]) == (
            200,
            True,
            True,
            True,
        )

    @pytest.mark.parametrize(("seconds", "status"), [(29, 200), (30, 503)])
    def test_is_not_ready_when_the_worker_went_quiet(
        self, client: Client, at_work: None, seconds: int, status: int
    ) -> None:
        beat("worker", now=NOW - timedelta(seconds=seconds))
        assert ready(client)[0] == status

    def test_is_not_ready_before_a_worker_came(self, client: Client, clinic: object) -> None:
        assert ready(client)[0] == 503

    def test_is_ready_while_staff_have_paused_what_is_overdue(
        self, client: Client, at_work: None, dana: Provider
    ) -> None:
        book(now=NOW - timedelta(hours=1))
        pause_sending(by=make_user(None), now=NOW)
        found, detail = ready(client)
        assert (found, detail["overdue"], detail["sending_paused"]) == (200, False, True)

    @pytest.mark.parametrize(("minutes", "status"), [(5, 200), (6, 503)])
    def test_is_not_ready_when_messages_are_overdue(
        self, client: Client, at_work: None, dana: Provider, minutes: int, status: int
    ) -> None:
        book(now=NOW - timedelta(minutes=minutes))
        found, detail = ready(client)
        assert (found, detail["oldest_overdue_seconds"]) == (status, minutes * 60.0)
        Message.objects.update(status="accepted")
        assert ready(client)[0] == 200

    def test_stays_ready_without_redis(
        self, client: Client, at_work: None, settings: Settings
    ) -> None:
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        status, detail = ready(client)
        assert (status, detail["redis"]) == (200, False)

    def test_is_not_ready_without_a_database(
        self, client: Client, at_work: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail() -> None:
            raise DatabaseError

        with monkeypatch.context() as broken:
            broken.setattr("api.health.connection.cursor", fail)
            assert ready(client)[0] == 503


class TestWhoSeesDetail:
    @pytest.fixture(autouse=True)
    def _at_work(self, at_work: None) -> None:
        """Each of these is about a product that is ready."""

    @pytest.mark.parametrize("address", ["127.0.0.1", "::1", "127.8.8.8"])
    def test_this_machine(self, client: Client, address: str) -> None:
        assert "worker_seen" in ready(client, REMOTE_ADDR=address)[1]

    @pytest.mark.parametrize("address", ["203.0.113.9", "10.0.0.1", "2001:db8::1", "", "unix:"])
    def test_nobody_elsewhere(self, client: Client, address: str) -> None:
        assert ready(client, REMOTE_ADDR=address) == (200, {"ready": True})
        assert client.get("/metrics", REMOTE_ADDR=address).status_code == 403

    def test_whoever_has_the_token(self, client: Client, settings: Settings) -> None:
        settings.HEALTH_TOKEN = "a-long-token"
        headers = {"Authorization": "Bearer a-long-token"}
        assert "worker" in ready(client, headers=headers, **ELSEWHERE)[1]
        assert client.get("/metrics", headers=headers, **ELSEWHERE).status_code == 200

    @pytest.mark.parametrize("given", ["Bearer wrong", "Bearer ", "", "Basic YTpi", "Bearer ü"])
    def test_nobody_with_another_token(
        self, client: Client, settings: Settings, given: str
    ) -> None:
        for token in ("a-long-token", ""):
            settings.HEALTH_TOKEN = token
            headers = {"Authorization": given}
            assert ready(client, headers=headers, **ELSEWHERE) == (200, {"ready": True})

    def test_nobody_behind_a_proxy_of_this_machine(self, client: Client) -> None:
        headers = {"X-Forwarded-For": "203.0.113.9"}
        assert ready(client, headers=headers) == (200, {"ready": True})

    def test_nobody_who_claims_to_be_this_machine(
        self, client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        headers = {"X-Forwarded-For": "127.0.0.1"}
        assert ready(client, headers=headers, **ELSEWHERE) == (200, {"ready": True})
        settings.NUM_PROXIES = 1
        monkeypatch.setattr(ninja_settings, "NUM_PROXIES", 1)
        headers = {"X-Forwarded-For": "127.0.0.1, 203.0.113.9"}
        assert ready(client, headers=headers) == (200, {"ready": True})


class TestMetrics:
    def test_stay_small_however_many_addresses_and_methods_are_tried(
        self, client: Client, clinic: object
    ) -> None:
        def series() -> set[str]:
            lines = client.get("/metrics").content.decode().splitlines()
            return {line.rpartition(" ")[0] for line in lines if "http" in line}

        for path in addresses():
            client.get(path)
        client.get("/nothing/")
        for path in ("/", "/healthz", "/conditions/none/", "/nothing/"):
            client.generic("BREW", path)
        before = series()
        for number in range(12):
            client.generic("GET", f"/nothing/{number}")
            client.generic(f"BREW{number}", "/healthz")
            client.generic("GET", f"/conditions/none-{number}/")
        # A status that an area had not answered before is all that can be new.
        assert {line for line in series() - before if "by_status" not in line} == set()
        assert len(client.get("/metrics").content) < 200_000

    def test_count_requests_and_nudges(self, client: Client, clinic: object) -> None:
        text = client.get("/metrics").content.decode()
        assert "django_http_requests_total_by_method" in text
        assert "scheduler_nudge_failures_total" in text
