"""Sockets that begin a request and never end it: a byte now and then, as bad networks and attackers
send. And probes beside them, which say whether anybody else is still answered."""

import selectors
import socket
import threading
import time
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass

HEADERS, BODIES = "headers", "bodies"
_BEGINNINGS = {
    HEADERS: b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    BODIES: b"POST /api/v1/appointments HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000\r\n"
    b"Content-Type: application/json\r\n\r\n",
}
EVERY = 0.5
TOO_LONG = 10.0


@dataclass(frozen=True, slots=True)
class Waits:
    """How long each probe waited, in seconds; TOO_LONG for those that had no answer."""

    seconds: Sequence[float]

    def within(self, limit: float) -> float:
        """The share that was answered in this time."""
        return sum(one <= limit for one in self.seconds) / len(self.seconds)

    def percentile(self, share: float) -> float:
        return sorted(self.seconds)[min(int(len(self.seconds) * share), len(self.seconds) - 1)]


@contextmanager
def slow_sockets(port: int, count: int, *, kind: str) -> Generator[None]:
    """So many of them while the block lasts; one that the server closes is opened again."""
    over = threading.Event()
    thread = threading.Thread(target=_drip, args=(port, count, _BEGINNINGS[kind], over))
    thread.start()
    time.sleep(2 * EVERY)
    try:
        yield
    finally:
        over.set()
        thread.join()


def probe(port: int, path: str, *, count: int = 40, every: float = 0.1) -> Waits:
    """GET `path` over a connection of its own every tenth of a second, whatever the others do."""
    with ThreadPoolExecutor(count) as pool:
        asked = []
        for _ in range(count):
            asked.append(pool.submit(_wait_for, port, path))
            time.sleep(every)
        return Waits([one.result() for one in asked])


def _wait_for(port: int, path: str) -> float:
    began = time.monotonic()
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), TOO_LONG) as connection:
        connection.sendall(request.encode())
        if connection.recv(64).startswith((b"HTTP/1.1 200", b"HTTP/1.0 200")):
            return time.monotonic() - began
    return TOO_LONG


def _drip(port: int, count: int, beginning: bytes, over: threading.Event) -> None:
    """A byte to each every half second; the server's answers are read and thrown away."""
    with selectors.DefaultSelector() as closed:
        alive = {_open(port, beginning, closed) for _ in range(count)}
        while not over.wait(EVERY):
            for key, _ in closed.select(timeout=0):
                _close(key.fileobj, closed, alive)
            for each in list(alive):
                try:
                    each.send(b"x")
                except BlockingIOError:
                    continue
                except OSError:
                    _close(each, closed, alive)
            alive |= {_open(port, beginning, closed) for _ in range(count - len(alive))}
        for each in list(alive):
            _close(each, closed, alive)


def _open(port: int, beginning: bytes, closed: selectors.BaseSelector) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), TOO_LONG)
    made.sendall(beginning)
    made.setblocking(False)
    closed.register(made, selectors.EVENT_READ)
    return made


def _close(each: object, closed: selectors.BaseSelector, alive: set[socket.socket]) -> None:
    if isinstance(each, socket.socket):
        closed.unregister(each)
        alive.discard(each)
        each.close()
