"""Calls over HTTP as a patient's program makes them, one connection each, and many at once."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What came back, after how many seconds. `status` is 0 where nobody answered."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def json(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.body)
        return content

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


class _StayHere(HTTPRedirectHandler):
    """Where a redirect leads is for the test to look at."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


_opener = build_opener(_StayHere())


def call(
    method: str,
    url: str,
    *,
    body: Mapping[str, Any] | None = None,
    form: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 60,
) -> Answer:
    """One request with a JSON `body` or a `form`, of which a list is a field that comes several
    times. A header's `_` stands for a `-`."""
    request = Request(url, method=method)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    if form is not None:
        request.data = urlencode(form, doseq=True).encode()
    for name, value in (headers or {}).items():
        request.add_header(name.replace("_", "-"), value)
    started = time.monotonic()
    try:
        with _opener.open(request, timeout=timeout) as response:
            status, content, found = response.status, response.read(), response.headers
    except HTTPError as error:
        with error:
            status, content, found = error.code, error.read(), error.headers
    except (OSError, HTTPException):
        return Answer(0, seconds=time.monotonic() - started)
    lowered = {name.lower(): value for name, value in found.items()}
    return Answer(status, content, lowered, time.monotonic() - started)


def at_once(count: int, do: Callable[[int], T]) -> list[T]:
    """`do(0)` to `do(count - 1)`, each in a thread, all let go at the same moment."""
    gate = threading.Barrier(count)

    def one(number: int) -> T:
        gate.wait()
        return do(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
