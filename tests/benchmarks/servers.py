"""Which server to choose: each with two processes and the database in the path, taking turns."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from functools import partial

from tests.benchmarks import bookings, slots, world
from tests.benchmarks.clients import Clients, HttpJob, get
from tests.benchmarks.report import Row, rate
from tests.benchmarks.rounds import Rates, alternate
from tests.benchmarks.stage import Stage, free_port, wait_for_web

PART = "servers"
APPLICATION = "scheduler.wsgi:application"
SECONDS = 1.0
ROUNDS = 3
GUNICORN = ("gunicorn", APPLICATION, "--workers", "2", "--no-control-socket")
GRANIAN = ("granian", APPLICATION, "--interface", "wsgi", "--workers", "2", "--no-ws")
SERVERS = {
    "gunicorn sync": GUNICORN,
    "gunicorn gthread 2×4": (*GUNICORN, "--worker-class", "gthread", "--threads", "4"),
    "granian, 1 thread": (*GRANIAN, "--blocking-threads", "1"),
    "granian, 4 threads": (*GRANIAN, "--blocking-threads", "4"),
}
CASES = {"ok": '{"ok": true}', "slots": "GET slots", "book": "POST appointments"}


def measure(made: Stage, clients: Clients, *, now: datetime) -> tuple[list[Row], list[str]]:
    world.fill_appointments(2_000, now=now)
    ports = {name: free_port() for name in SERVERS}
    with ExitStack() as stack:
        for name, port in ports.items():
            command = _command(SERVERS[name], port)
            server = stack.enter_context(made.running(f"web-{port}", command))
            wait_for_web(server, port)
        found = {
            case: alternate(
                {name: run(port, clients, now) for name, port in ports.items()}, rounds=ROUNDS
            )
            for case, run in (("ok", _ok), ("slots", _slots), ("book", _book))
        }
    return _rows(found), [f"servers: {clients.count} clients; against gunicorn's sync worker."]


def _command(server: tuple[str, ...], port: int) -> list[str]:
    bind = (
        ["--bind", f"127.0.0.1:{port}"]
        if server[0] == "gunicorn"
        else ["--host", "127.0.0.1", "--port", str(port)]
    )
    return [sys.executable, "-m", *server, *bind]


def _rows(found: dict[str, Rates]) -> list[Row]:
    first = next(iter(SERVERS))
    return [
        Row(
            PART,
            f"{name}: {CASES[case]}",
            rate(rates.median(name)),
            first,
            rates.ratio(name, first),
        )
        for case, rates in found.items()
        for name in SERVERS
    ]


def _ok(port: int, clients: Clients, now: datetime) -> Callable[[], float]:
    return partial(clients.rate, [get(port, "/floors/ok")] * clients.count, seconds=SECONDS)


def _slots(port: int, clients: Clients, now: datetime) -> Callable[[], float]:
    job = get(port, slots.slots_path(now=now))
    return partial(clients.rate, [job] * clients.count, seconds=SECONDS)


def _book(port: int, clients: Clients, now: datetime) -> Callable[[], float]:
    world.empty()
    requests = bookings.booking_requests(clients.count, now=now)

    def run() -> float:
        world.empty()
        jobs = [HttpJob(port, mine, expect=201, repeat=False) for mine in requests]
        return clients.rate(jobs, seconds=SECONDS)

    return run
