"""What nobody types: the values, what can be sent to an address, and a way of asking that leaves
nothing behind.

Addresses are found from the URL resolver and the names of fields from the pages' forms and from
what the source asks a request for: a new page is asked without being listed anywhere.
"""

import copy
import json
import re
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import lxml.html
from django.apps import apps
from django.core.signals import got_request_exception
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client

from tests.undoing import undone

MOST_SENT = 50_000
SOURCES = Path(__file__).parents[2] / "scheduler" / "pages"
VALUES = (
    "",
    "x\x00y",
    "0001-01-01",
    "9999-12-31",
    "0001-01-01T00:00",
    "9999-12-31T23:55",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:55:00-14:00",
    "2100-12-31T23:55",
    "9" * 5000,
    "9" * 18,
    "9" * 12,
    "-1",
    "1",
    "²",
    "1e400",
    "x" * 2000,
    "🙂" * 200,
    "' | -- <b>{{ 7 }}%s",
    "2026-02-30",
    "24:60",
)
IN_PATHS = ("9" * 18, "9" * 5000, "x\x00y", "x" * 3000, "²", "-")

# What a body of JSON may hold, as it is written there.
IN_JSON = (
    "null",
    "[]",
    "{}",
    "true",
    "-1",
    "1e400",
    "9" * 18,
    "9" * 5000,
    '"\\ud800"',
    *(json.dumps(value) for value in VALUES),
)
BODIES = (b"", b"x", b"\xff", b"null", b"[]", b"{}", b'"x"', b"[" * 5000, b'{"a":1,"a":2}')
FIELD = re.compile(r"^    (\w+) = (?:\w+\.)?\w*(?:Field|field|select)\(", re.MULTILINE)


@dataclass(frozen=True)
class Shot:
    """One request: what is sent, and as what; None: as a page's form would send it."""

    method: str
    path: str
    data: Any = None
    content_type: str | None = None


@dataclass
class Answers:
    """What came back: the errors of the server, and the routes that answered at all."""

    errors: dict[str, str] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)
    asked: int = 0

    def report(self) -> str:
        return "\n\n".join(self.errors.values())


class Caller:
    """A browser with this session. Whatever a request changes is undone before the next one."""

    def __init__(self, browser: Client, answers: Answers) -> None:
        self.cookies = browser.cookies
        self.answers = answers

    def ask(self, shot: Shot) -> HttpResponse:
        browser = Client(raise_request_exception=False)
        browser.cookies = copy.deepcopy(self.cookies)
        raised: list[str] = []

        def note(**_: Any) -> None:
            raised.append(traceback.format_exc())

        got_request_exception.connect(note)
        try:
            with undone():
                more = {"content_type": shot.content_type} if shot.content_type else {}
                answer: Any = getattr(browser, shot.method)(shot.path, shot.data, **more)
        finally:
            got_request_exception.disconnect(note)
        self.answers.asked += 1
        found = getattr(answer, "resolver_match", None)
        if found is not None and answer.status_code not in {403, 404, 405}:
            self.answers.reached.add(found.route)
        if answer.status_code >= 500:
            sent = f"{shot.method} {shot.path[:120]} {str(shot.data)[:200]}"
            self.answers.errors[_place(raised) or sent] = f"{sent}\n{''.join(raised)[-1500:]}"
        return answer  # type: ignore[no-any-return]


def _place(raised: list[str]) -> str:
    """Where in the product it was raised: one error a place is enough to read."""
    places = re.findall(r'File ".*?/((?:scheduler|api|tasks)/\S+)", line (\d+)', "".join(raised))
    return ":".join(places[-1]) if places else ""


@cache
def names() -> tuple[str, ...]:
    """What the pages ask requests for by name."""
    found: set[str] = set()
    for source in SOURCES.rglob("*.py"):
        text = source.read_text("utf-8")
        found |= set(re.findall(r'\.get\(f?"([a-z_-]+)"', text))
        found |= set(re.findall(r'"([a-z_-]+)" (?:not )?in (?:request\.|typed)', text))
        found |= set(FIELD.findall(text))
    return tuple(sorted(found))


def typed_into(path: str, methods: Iterable[str], seed: str) -> Iterator[Shot]:
    """Every name that pages ask for, all with the same value, each value in turn; and as often
    each name with a value of its own."""
    values = Random(seed)
    for method in methods:
        for value in VALUES:
            mixed = values.choices(VALUES, k=len(names()))
            yield Shot(method, path, dict(zip(names(), mixed, strict=True)))
            # So many at once as no limit on the length of a body keeps from being read.
            few = max(1, MOST_SENT // (len(value) + 100))
            for first in range(0, len(names()), few):
                yield Shot(method, path, dict.fromkeys(names()[first : first + few], value))


def written_to(path: str, body: dict[str, Any]) -> Iterator[Shot]:
    """Bodies that are not JSON or no object; and the good one, each time with one field spoiled."""
    for broken in BODIES:
        yield Shot("post", path, broken, "application/json")
    for name in body:
        for value in IN_JSON:
            spoiled = {**body, name: "HERE"}
            content = json.dumps(spoiled).replace('"HERE"', value)
            yield Shot("post", path, content, "application/json")


def filled(route: str, given: dict[str, Any]) -> str:
    """An address of the route, with the values of its parts by their names."""
    parts = re.compile(r"<(?:\w+:)?(\w+)>")
    return "/" + parts.sub(lambda part: quote(str(given[part[1]]), safe=""), route)


def row_of(route: str, rows: Iterable[tuple[str, str]]) -> type[Model]:
    """What the number in the route is about: by the first prefix of it in `rows`."""
    if found := re.match(r"admin/(scheduler|auth|account|mfa)/(\w+)/", route):
        return apps.get_model(found[1], found[2])
    name = next((name for start, name in rows if route.startswith(start)), "Patient")
    return apps.get_model("auth" if name == "User" else "scheduler", name)


@dataclass(frozen=True)
class Form:
    path: str
    method: str
    fields: dict[str, str]

    @property
    def kind(self) -> str:
        """The same for the forms of two rows of a list."""
        return f"{self.method} {re.sub('[0-9]+', '1', self.path)} {sorted(self.fields)}"

    def spoiled(self) -> Iterator[Shot]:
        """As the page fills it, each time with one field that is not right."""
        for name in self.fields:
            for value in VALUES:
                yield Shot(self.method, self.path, {**self.fields, name: value})


def forms_of(answer: HttpResponse, path: str) -> Iterator[Form]:
    """The forms of a page, filled as the page fills them; what is not chosen is chosen."""
    if "html" not in answer.get("Content-Type", "") or answer.status_code != 200:
        return
    for form in lxml.html.document_fromstring(answer.content.decode()).iter("form"):
        fields = dict(_fields(form))
        action = form.get("action") or path
        method = form.get("method", "get").lower()
        if action.startswith("/") and method in {"get", "post"}:
            yield Form(action, method, fields)


def _fields(form: lxml.html.HtmlElement) -> Iterator[tuple[str, str]]:
    for one in form.xpath(".//*[@name]"):
        if one.tag == "select":
            options = [option.get("value", "") for option in one.iter("option")]
            yield one.get("name"), next(filter(None, reversed(options)), "")
        else:
            yield one.get("name"), one.get("value") or one.text_content()
