"""Calls of the API in this process."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.test import Client

from scheduler.booking.models import Appointment
from tests.factories import TUESDAY, body

API = "/api/v1"


@dataclass(frozen=True)
class Answer:
    status: int
    content: bytes
    headers: dict[str, str]
    json: Any

    @property
    def fields(self) -> list[str]:
        """The fields that a problem document names."""
        return [error["field"] for error in self.json["errors"]]

    @property
    def kind(self) -> str:
        """The last word of a problem's type."""
        return str(self.json["type"]).rpartition("#")[2]


def post(client: Client, path: str, typed: Any = None, **extra: Any) -> Answer:
    """POST JSON below the API; `headers`, `REMOTE_ADDR` and the like go to Django's client."""
    typed = {} if typed is None else typed
    response = client.post(f"{API}/{path}", typed, content_type="application/json", **extra)
    return _answer(response)


def get(client: Client, path: str, query: dict[str, Any] | None = None, **extra: Any) -> Answer:
    return _answer(client.get(f"{API}/{path}", query, **extra))


def post_raw(client: Client, path: str, content: bytes | str, content_type: str) -> Answer:
    return _answer(client.post(f"{API}/{path}", content, content_type=content_type))


def take(client: Client, start: datetime | str = TUESDAY, **changes: Any) -> Answer:
    """POST appointments for Ana; a change of None leaves the field out."""
    return post(client, "appointments", body(start, **changes))


def slots(client: Client, visit_type: str, first: str, last: str = "", **query: Any) -> list[Any]:
    """(start as written, provider) of the free slots, as they come."""
    asked = {"visit_type": visit_type, "from": first, "to": last or first, **query}
    answer = get(client, "slots", asked)
    assert answer.status == 200, answer.content
    return [(slot["start"], slot["provider"]) for slot in answer.json["slots"]]


def the_visit() -> Appointment:
    return Appointment.objects.latest("pk")


def _answer(response: Any) -> Answer:
    kind = response.headers.get("Content-Type", "")
    parsed = response.json() if "json" in kind else None
    return Answer(response.status_code, response.content, dict(response.headers), parsed)
