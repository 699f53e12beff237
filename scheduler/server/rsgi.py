"""The application that granian serves: a request is read to its end before it takes a thread.

Django runs on a few threads, and whoever sends slowly must not hold one. So the event loop reads
the whole body, no more than is allowed and no longer than is reasonable, a thread makes the whole
answer, and the loop sends that. A slow client costs a socket and a few kilobytes.
"""

import asyncio
import os
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Protocol

from django.conf import settings

from scheduler.server.parent import end_with_parent
from scheduler.wsgi import application

# Granian's own process may be killed; who is left behind would keep its address.
end_with_parent()
# Django refuses more than DATA_UPLOAD_MAX_MEMORY_SIZE with words of its own; this is beyond those.
MOST_BYTES = 4 * settings.DATA_UPLOAD_MAX_MEMORY_SIZE
BODY_SECONDS = 20.0
HEALTH, ALIVE = "/healthz", b'{"ok": true}'
_TEXT = [("content-type", "text/plain; charset=utf-8"), ("connection", "close")]
_JSON = [("content-type", "application/json"), ("cache-control", "no-store")]


class Headers(Protocol):
    def items(self) -> list[tuple[str, str]]: ...
    def get(self, key: str, default: Any = None) -> Any: ...


class Scope(Protocol):
    """What granian says of a request. `path` is unquoted; `client` and `server` are host:port."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str

    @property
    def headers(self) -> Headers: ...


class Transport(Protocol):
    def __aiter__(self) -> Any: ...
    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


class TooLarge(Exception):
    """The body is longer than anything that the product takes."""


_threads = ThreadPoolExecutor(int(os.environ.get("WEB_THREADS", "4")), "django")


async def app(scope: Scope, transport: Transport) -> None:
    """One request. That the process is alive is said here, though every thread were busy."""
    if scope.path == HEALTH and scope.method in {"GET", "HEAD"}:
        transport.response_bytes(200, _JSON, ALIVE)
        return
    try:
        body = await asyncio.wait_for(_read(scope, transport), BODY_SECONDS)
    except TooLarge:
        answer = Answer(413, _TEXT, b"Too much at once.\n")
    except TimeoutError:
        answer = Answer(408, _TEXT, b"The request took too long to arrive.\n")
    else:
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(_threads, _answer, environ_of(scope, body))
    # Who hung up meanwhile gets nothing.
    with suppress(RuntimeError):
        transport.response_bytes(answer.status, answer.headers, answer.body)


async def _read(scope: Scope, transport: Transport) -> bytes:
    """The whole body. Raises TooLarge, at once where the head says so."""
    length = scope.headers.get("content-length") or "0"
    if not length.isdecimal() or int(length[:12]) > MOST_BYTES:
        raise TooLarge
    if length == "0" and not scope.headers.get("transfer-encoding"):
        return b""
    read = bytearray()
    async for part in transport:
        read += part
        if len(read) > MOST_BYTES:
            raise TooLarge
    return bytes(read)


def environ_of(scope: Scope, body: bytes) -> dict[str, Any]:
    """The request as WSGI has it (PEP 3333). The body is all there; its length is what was read."""
    host, _, port = scope.server.rpartition(":")
    return {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        **_headers(scope.headers.items()),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def _headers(given: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Of a name that comes twice both are kept. One with an underscore could pass for another that
    a proxy sets, and is left out."""
    found: dict[str, str] = {}
    for name, value in given:
        if "_" in name or name == "transfer-encoding":
            continue
        key = name.upper().replace("-", "_")
        key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
        between = "; " if key == "HTTP_COOKIE" else ","
        found[key] = f"{found[key]}{between}{value}" if key in found else value
    return found


def _answer(environ: dict[str, Any]) -> Answer:
    """What Django says, whole; on a thread, each of which has its own database connection."""
    began: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        began[:] = [int(status.split(" ", 1)[0]), headers]

    response = application(environ, start_response)
    try:
        body = b"".join(response)
    finally:
        if hasattr(response, "close"):
            response.close()
    status, headers = began
    return Answer(status, [(name.lower(), value) for name, value in headers], body)
