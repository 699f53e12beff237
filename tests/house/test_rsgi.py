"""A request as the server hands it over, and as Django gets it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from scheduler.server import rsgi


class Headers:
    def __init__(self, *items: tuple[str, str]) -> None:
        self._items = list(items)

    def items(self) -> list[tuple[str, str]]:
        return self._items

    def get(self, key: str, default: Any = None) -> Any:
        return dict(self._items).get(key, default)


class Request:
    """A scope, with what a proxy in front sends."""

    http_version, server, client, scheme = "1.1", "127.0.0.1:8000", "203.0.113.9:5000", "http"
    query_string = "q=%C3%A9"

    def __init__(self, path: str, *headers: tuple[str, str], method: str = "GET") -> None:
        self.path, self.method, self.headers = path, method, Headers(*headers)


class Transport:
    def __init__(self, *parts: bytes, wait: float = 0) -> None:
        self.parts, self.wait = parts, wait
        self.said: list[tuple[int, list[tuple[str, str]], bytes]] = []

    async def __aiter__(self) -> Any:
        for part in self.parts:
            await asyncio.sleep(self.wait)
            yield part

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.said.append((status, headers, body))


def ask(request: Request, transport: Transport) -> int:
    # A browser that tests of this process opened keeps a loop of its own in this thread.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, rsgi.app(request, transport)).result()
    ((status, _, _),) = transport.said
    return status


class TestTheEnvironment:
    def test_has_the_path_as_bytes_once_unquoted(self) -> None:
        found = rsgi.environ_of(Request("/a%25/é"), b"")
        assert found["PATH_INFO"].encode("latin-1").decode() == "/a%25/é"
        assert found["QUERY_STRING"] == "q=%C3%A9"

    def test_has_the_address_of_who_asks(self) -> None:
        request = Request("/")
        assert rsgi.environ_of(request, b"")["REMOTE_ADDR"] == "203.0.113.9"
        request.client = "[2001:db8::1]:5000"
        assert rsgi.environ_of(request, b"")["REMOTE_ADDR"] == "2001:db8::1"

    def test_keeps_headers_that_come_twice_and_no_twin_of_a_proxy_s(self) -> None:
        given = (("cookie", "a=1"), ("cookie", "b=2"), ("x-forwarded-for", "203.0.113.9"))
        twin = ("x_forwarded_for", "127.0.0.1")
        found = rsgi.environ_of(Request("/", *given, twin), b"")
        assert found["HTTP_COOKIE"] == "a=1; b=2"
        assert found["HTTP_X_FORWARDED_FOR"] == "203.0.113.9"

    def test_has_the_length_that_was_read(self) -> None:
        request = Request("/", ("content-length", "9"), ("transfer-encoding", "chunked"))
        found = rsgi.environ_of(request, b"four")
        assert found["CONTENT_LENGTH"] == "4"
        assert "HTTP_TRANSFER_ENCODING" not in found


class TestABody:
    @pytest.mark.parametrize("length", [str(rsgi.MOST_BYTES + 1), "9" * 5000, "-1", "x"])
    def test_is_refused_by_its_length(self, length: str) -> None:
        transport = Transport(b"x")
        assert ask(Request("/", ("content-length", length), method="POST"), transport) == 413

    def test_is_refused_where_it_grows_beyond(self) -> None:
        transport = Transport(*[b"x" * rsgi.MOST_BYTES] * 2)
        chunked = ("transfer-encoding", "chunked")
        assert ask(Request("/", chunked, method="POST"), transport) == 413

    def test_has_so_long_to_arrive(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rsgi, "BODY_SECONDS", 0.05)
        transport = Transport(b"x", wait=60)
        assert ask(Request("/", ("content-length", "1"), method="POST"), transport) == 408


class TestHealth:
    def test_is_told_without_a_thread(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rsgi, "_threads", None)
        assert ask(Request("/healthz"), Transport()) == 200
