"""What a server does when it is not simply asked: slow sockets, screens that wait for news, a stop
while it answers, and counters that several processes share."""

import re
import socket
import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from scheduler.embedded.process import Process, wait_until
from tests.benchmarks.clients import _Connection, get
from tests.slow_sockets import BODIES, HEADERS, Waits, probe, slow_sockets

FEW, MANY = 12, 300
SCREENS, POLLED_EVERY = 100, 10.0
PROBE = "/api/v1/clinic"
WORK = 1.5


@dataclass(frozen=True, slots=True)
class Stop:
    """Whether the request under way was answered, and how many seconds the server took to end."""

    answered: bool
    seconds: float


def beside_slow_sockets(port: int) -> dict[str, Waits]:
    """Probes beside few and many of both kinds, by what they were beside."""
    found = {}
    for kind in (HEADERS, BODIES):
        for count in (FEW, MANY):
            with slow_sockets(port, count, kind=kind):
                found[f"{count} slow {kind}"] = probe(port, PROBE)
    return found


def beside_screens(port: int, path: str, cookies: str) -> Waits:
    """Probes beside staff's screens, each of which asks for news every few seconds."""
    with _screens(port, path, cookies):
        return probe(port, PROBE)


def stop(server: Process, port: int) -> Stop:
    """SIGTERM in the middle of a request, with slow sockets and kept connections still open."""
    request = get(port, f"/floors/work?seconds={WORK}").requests[0]
    with ExitStack() as stack:
        stack.enter_context(_closing_slow_sockets(port))
        pool = stack.enter_context(ThreadPoolExecutor(1))
        idle = _Connection(port)
        idle.exchange(get(port, "/healthz").requests[0])
        answer = pool.submit(_status, port, request)
        time.sleep(WORK / 3)
        began = time.monotonic()
        if server.child is not None:
            server.child.terminate()
        wait_until(lambda: server.exit_code() is not None, seconds=40)
        return Stop(answer.result() == 200, time.monotonic() - began)


def counted(port: int, requests: int = 40) -> int:
    """How many of so many requests, over connections of their own, /metrics tells of; none where
    the server has not come to itself again."""
    try:
        before = _count(port)
        for _ in range(requests):
            _Connection(port).exchange(get(port, "/floors/ok").requests[0])
        return _count(port) - before
    except OSError:
        return 0


def _count(port: int) -> int:
    _, body = _Connection(port).exchange(get(port, "/metrics").requests[0])
    series = r'requests_latency_seconds_by_view_method_count\{method="GET",view="floors"\} ([\d.]+)'
    found = re.search(series, body.decode())
    return round(float(found[1])) if found else 0


def _status(port: int, request: bytes) -> int:
    try:
        return _Connection(port).exchange(request)[0]
    except (OSError, ValueError, RecursionError):
        return 0


@contextmanager
def _closing_slow_sockets(port: int) -> Generator[None]:
    """Some that never end by themselves and are not opened again."""
    begun = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
    with ExitStack() as stack:
        for _ in range(FEW // 6):
            made = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            made.sendall(begun)
        yield


@contextmanager
def _screens(port: int, path: str, cookies: str) -> Generator[None]:
    over = threading.Event()
    request = get(port, path, cookies).requests[0]

    def poll(number: int) -> None:
        connection = _Connection(port)
        wait = POLLED_EVERY * number / SCREENS
        while not over.wait(wait):
            try:
                connection.exchange(request)
            except OSError:
                connection = _Connection(port)
            wait = POLLED_EVERY

    threads = [threading.Thread(target=poll, args=(number,)) for number in range(SCREENS)]
    for thread in threads:
        thread.start()
    time.sleep(POLLED_EVERY)
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
