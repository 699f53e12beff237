"""The server as the product starts it, beside the same one without the product's own application.

Throughput is measured in turns; what strains a server (tests/benchmarks/strain.py) one after the
other. Each has two processes and the database in the path.
"""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from functools import partial

from django.conf import settings

from scheduler.server.commands import web
from tests.benchmarks import bookings, calendar, slots, strain, world
from tests.benchmarks.clients import Clients, HttpJob, get
from tests.benchmarks.report import Row, rate
from tests.benchmarks.rounds import Rates, alternate
from tests.benchmarks.stage import Stage, free_port, memory_of, wait_for_web
from tests.slow_sockets import Waits, probe

PART = "servers"
APPLICATION = "scheduler.wsgi:application"
SECONDS = 1.0
ROUNDS = 3
WITHIN, SHARE = 1.0, 0.95
# Both end what is not over after eight seconds: a container is killed after ten.
GRANIAN = (
    *("granian", APPLICATION, "--interface", "wsgi", "--workers", "2", "--no-ws"),
    *("--http1-header-read-timeout", "10000", "--workers-kill-timeout", "8"),
)
OURS = "ours: granian, read first, 2×4"
SERVERS: dict[str, tuple[str, ...]] = {
    OURS: tuple(web({"PORT": "{port}"})[2:]),
    "granian 2×4": (*GRANIAN, "--blocking-threads", "4"),
}
CASES = {"ok": '{"ok": true}', "slots": "GET slots", "book": "POST appointments"}


def measure(made: Stage, clients: Clients, *, now: datetime) -> tuple[list[Row], list[str]]:
    world.fill_appointments(2_000, now=now)
    ports = {name: free_port() for name in SERVERS}
    with ExitStack() as stack:
        for name, port in ports.items():
            started = made.running(f"web-{port}", _command(SERVERS[name], port))
            server = stack.enter_context(started)
            wait_for_web(server, port)
        found = {
            case: alternate(
                {name: run(port, clients, now) for name, port in ports.items()}, rounds=ROUNDS
            )
            for case, run in (("ok", _ok), ("slots", _slots), ("book", _book))
        }
    rows = _throughput(found, list(SERVERS))
    browser = calendar.signed_in()
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    for name, command in SERVERS.items():
        rows += _strain(made, name, command, f"{settings.SESSION_COOKIE_NAME}={session}")
    note = (
        f"servers: {clients.count} clients; against {next(iter(SERVERS))}. Probes ask "
        f"{strain.PROBE} ten times a second, each over a connection of its own; beside "
        f"{strain.SCREENS} screens that poll the calendar every {strain.POLLED_EVERY:g} s."
    )
    return rows, [note]


def _command(server: tuple[str, ...], port: int) -> list[str]:
    where = () if "--port" in server else ("--host", "127.0.0.1", "--port", "{port}")
    return [sys.executable, "-m", *(part.format(port=port) for part in (*server, *where))]


def _throughput(found: dict[str, Rates], names: list[str]) -> list[Row]:
    return [
        Row(
            PART,
            f"{name}: {CASES[case]}",
            rate(rates.median(name)),
            names[0],
            rates.ratio(name, names[0]),
        )
        for case, rates in found.items()
        for name in names
    ]


def _strain(made: Stage, name: str, command: tuple[str, ...], cookies: str) -> list[Row]:
    port = free_port()
    counters = made.folder / f"metrics-{port}"
    counters.mkdir()
    with made.running(
        f"web-{port}", _command(command, port), PROMETHEUS_MULTIPROC_DIR=str(counters)
    ) as server:
        wait_for_web(server, port)
        probe(port, strain.PROBE, count=20)
        beside = strain.beside_slow_sockets(port)
        path = "/api/v1/staff/calendar/version"
        beside[f"{strain.SCREENS} screens"] = strain.beside_screens(port, path, cookies)
        counted = strain.counted(port)
        memory = memory_of(server)
        stop = strain.stop(server, port)
    answered = "answered" if stop.answered else "cut off"
    return [
        *(_waits(f"{name}: {what}", waits) for what, waits in beside.items()),
        Row(PART, f"{name}: counted by /metrics", f"{counted} of 40"),
        Row(PART, f"{name}: memory afterwards", f"{memory.pss:,.0f} MB PSS"),
        Row(PART, f"{name}: stop amid a request", f"{answered}, {stop.seconds:.1f} s"),
    ]


def _waits(case: str, waits: Waits) -> Row:
    return Row(
        PART,
        case,
        f"p95 {waits.percentile(0.95) * 1000:,.0f} ms",
        f"within {WITHIN:g} s",
        waits.within(WITHIN),
        SHARE,
    )


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
