"""The API's description of itself: valid, and clear to programs that read it."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import pytest
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator
from pytest_django import Settings

from scheduler.clinic.models import Provider, VisitType
from scheduler.core.status import AppointmentStatus
from tests.api.asking import get


@pytest.fixture
def described(client: Client, dana: Provider) -> Any:
    """With the example of a booking, which is there where something can be booked."""
    return get(client, "openapi.json").json


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in it, however deep."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from parts(one)


def answers(described: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in described["paths"].values():
        for operation in path.values():
            yield from operation["responses"].items()


class TestTheDescription:
    def test_is_valid(self, described: Any) -> None:
        assert described["openapi"].startswith("3.1")
        assert list(OpenAPIV31SpecValidator(described).iter_errors()) == []

    def test_names_the_server(self, client: Client, dana: Provider, settings: Settings) -> None:
        settings.PUBLIC_URL = "https://book.clinic.example"
        [server] = get(client, "openapi.json").json["servers"]
        assert server["url"] == "https://book.clinic.example"

    def test_has_one_shape_for_every_error(self, described: Any) -> None:
        errors = [answer for status, answer in answers(described) if int(status) >= 400]
        problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
        assert len(errors) > 50
        for error in errors:
            assert error["content"] == {"application/problem+json": problem}

    def test_says_where_it_is_told_how_long_to_wait(self, described: Any) -> None:
        told = {status for status, answer in answers(described) if "headers" in answer}
        assert told == {"429", "503"}

    def test_lists_every_status(self, described: Any) -> None:
        models = described["components"]["schemas"]
        assert models["AppointmentStatus"]["enum"] == [status.value for status in AppointmentStatus]
        for name in ("BookedOut", "AppointmentOut", "EventOut", "MarkedOut"):
            field = models[name]["properties"]["status"]
            assert field["$ref"] == "#/components/schemas/AppointmentStatus", name

    def test_has_no_default_that_is_more_than_one_value(self, described: Any) -> None:
        """Makers of clients leave out the whole call that takes it."""
        defaults = [part["default"] for part in parts(described) if "default" in part]
        assert [one for one in defaults if isinstance(one, dict | list)] == []

    def test_gives_a_parameter_one_example(self, described: Any) -> None:
        found = [part for part in parts(described) if part.get("in") in {"query", "path"}]
        assert [one["name"] for one in found if "examples" in one] == []
        assert {"visit_type": "new-patient"}.items() <= {
            one["name"]: one.get("example") for one in found
        }.items()

    def test_asks_for_a_session_on_the_staffs_part_alone(self, described: Any) -> None:
        assert described["security"] == []
        for path, methods in described["paths"].items():
            for operation in methods.values():
                assert ("security" in operation) == ("/staff/" in path), path


class TestServedAgain:
    def test_is_not_made_again(
        self, described: Any, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ninja.main.get_schema", Mock(side_effect=AssertionError))
        assert get(client, "openapi.json").json["paths"] == described["paths"]

    def test_keeps_no_example_that_is_none_any_more(self, described: Any, client: Client) -> None:
        assert "example" in described["components"]["schemas"]["BookingIn"]
        VisitType.objects.update(active=False)
        again = get(client, "openapi.json").json
        assert "example" not in again["components"]["schemas"]["BookingIn"]
