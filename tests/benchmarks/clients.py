"""The load: client processes that do one thing over and over until a common deadline.

Clients are processes of their own, started once; they share no interpreter with what they measure.
"""

import multiprocessing
import socket
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import cycle
from multiprocessing.synchronize import Barrier
from typing import Any

import psycopg

CLIENTS = 4


@dataclass(frozen=True)
class HttpJob:
    """Requests to send one after another over a kept connection; a status is expected of each.

    `repeat`: start over at the end of `requests`. Otherwise running out of them is an error.
    """

    port: int
    requests: Sequence[bytes]
    expect: int = 200
    repeat: bool = True

    def run(self, until: float) -> int:
        """How many were answered by `until` (monotonic seconds). Raises on another status."""
        connection = _Connection(self.port)
        done = 0
        for request in cycle(self.requests) if self.repeat else self.requests:
            if time.monotonic() >= until:
                return done
            status, body = connection.exchange(request)
            if status != self.expect:
                raise RuntimeError(f"{status} instead of {self.expect}: {body[:300]!r}")
            done += 1
        raise RuntimeError(f"{done} requests were not enough for this round")


@dataclass(frozen=True)
class SqlJob:
    """One statement with different values each time, each execution a transaction of its own."""

    url: str
    statement: str
    values: Sequence[Sequence[Any]]

    def run(self, until: float) -> int:
        """How many rows were written by `until` (monotonic seconds)."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.cursor()
            for done, values in enumerate(self.values):
                if time.monotonic() >= until:
                    return done
                cursor.execute(self.statement.encode(), values)
                if cursor.rowcount != 1:
                    raise RuntimeError("the bare insert met a conflict")
        raise RuntimeError(f"{len(self.values)} rows were not enough for this round")


Job = HttpJob | SqlJob


class Clients:
    """A pool of client processes; use it as a context manager."""

    def __init__(self, count: int = CLIENTS) -> None:
        self.count = count
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(
            count, mp_context=context, initializer=_join, initargs=(context.Barrier(count),)
        )

    def __enter__(self) -> "Clients":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def rate(self, jobs: Sequence[Job], *, seconds: float) -> float:
        """Done a second, all together. There must be a job for each client."""
        running = [self._pool.submit(_client, job, seconds) for job in jobs]
        return sum(each.result() for each in running) / seconds


def get(port: int, path: str, cookies: str = "") -> HttpJob:
    """A GET of one address, as a client's job; `cookies` as a browser sends them."""
    cookie = f"Cookie: {cookies}\r\n".encode() if cookies else b""
    return HttpJob(port, [_head("GET", path) + cookie + b"\r\n"])


def post(path: str, body: bytes) -> bytes:
    """The bytes of one POST with a JSON body."""
    headers = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return _head("POST", path) + headers.encode() + body


def fetch(port: int, request: HttpJob) -> bytes:
    """The body of the job's first answer. Raises RuntimeError on a status that is not expected."""
    status, body = _Connection(port).exchange(request.requests[0])
    if status != request.expect:
        raise RuntimeError(f"{status} instead of {request.expect}: {body[:300]!r}")
    return body


def _head(method: str, path: str) -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n".encode()


class _Start:
    """Where the clients, a process each, wait for one another."""

    barrier: Barrier


def _join(barrier: Barrier) -> None:
    _Start.barrier = barrier


def _client(job: Job, seconds: float) -> int:
    _Start.barrier.wait(timeout=60)
    return job.run(time.monotonic() + seconds)


class _Connection:
    """HTTP/1.1 with as little Python as possible; it connects again where the server hung up."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self._buffer = bytearray(1 << 20)

    def exchange(self, request: bytes) -> tuple[int, bytes]:
        """(status, body) of one request. The answer must state its length."""
        connection = self._socket or self._connect()
        connection.sendall(request)
        view = memoryview(self._buffer)
        have = end = 0
        while not end:
            got = connection.recv_into(view[have:])
            if not got:
                # A kept connection that the server closed meanwhile: the request never began.
                self._socket = None
                return self.exchange(request)
            have += got
            end = self._buffer.find(b"\r\n\r\n", 0, have) + 4 if have > 3 else 0
            end = 0 if end == 3 else end
        head = bytes(view[:end]).lower()
        length = int(head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0])
        while have < end + length:
            have += connection.recv_into(view[have:])
        if b"\r\nconnection: close" in head:
            connection.close()
            self._socket = None
        return int(head[9:12]), bytes(view[end : end + length])

    def _connect(self) -> socket.socket:
        self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._socket
