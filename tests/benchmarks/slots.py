"""GET slots, 30 days and three providers, with tables of three sizes, against both floors."""

import json
from datetime import datetime
from functools import partial

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from scheduler.availability.visit_rules import load_visit
from tests.benchmarks import world
from tests.benchmarks.clients import Clients, HttpJob, fetch, get
from tests.benchmarks.report import Row, rate
from tests.benchmarks.rounds import alternate
from tests.benchmarks.stage import settle

PART = "GET slots"
SIZES = (0, 2_000, 100_000)
SECONDS = 0.8
ROUNDS = 7
OF_EMPTY, OF_QUERIES = 0.1, 0.5
# Between two sizes of table nothing but the noise of the rounds may differ.
OF_ITSELF = 0.9


def slots_path(*, now: datetime) -> str:
    visit = load_visit(world.VISIT_TYPE)
    first, last = world.window(visit, now=now)
    return f"/api/v1/slots?visit_type={visit.slug}&from={first}&to={last}"


def count_queries(path: str) -> int:
    """What the product asks the database for one answer, counted in this process."""
    with CaptureQueriesContext(connection) as captured:
        answer = Client().get(path, headers={"host": "127.0.0.1"})
    if answer.status_code != 200:
        raise RuntimeError(answer.content.decode())
    return len(captured)


def floors(port: int, *, count: int, size: int) -> dict[str, HttpJob]:
    """The two floors, as jobs of a client."""
    return {
        "ok": get(port, "/floors/ok"),
        "queries": get(port, f"/floors/queries?count={count}&size={size}"),
    }


def measure(port: int, clients: Clients, *, now: datetime) -> tuple[list[Row], list[str]]:
    rows: list[Row] = []
    path = slots_path(now=now)
    against_ok: list[float] = []
    for size in SIZES:
        world.fill_appointments(size, now=now)
        settle()
        body = fetch(port, get(port, path))
        queries = count_queries(path)
        jobs = floors(port, count=queries, size=len(body)) | {"slots": get(port, path)}
        cases = {
            name: partial(clients.rate, [job] * clients.count, seconds=SECONDS)
            for name, job in jobs.items()
        }
        rates = alternate(cases, rounds=ROUNDS)
        found = len(json.loads(body)["slots"])
        figure = rate(rates.median("slots"))
        against_ok.append(rates.ratio("slots", "ok"))
        inside = world.INSIDE if size else 0
        rows += [
            Row(
                PART,
                f"{size:,} appointments, {inside} of them inside; {found:,} slots",
                figure,
                f'{{"ok": true}} {rate(rates.median("ok"))}',
                against_ok[-1],
                OF_EMPTY,
            ),
            Row(
                PART,
                f"the same, {queries} queries and {len(body):,} bytes",
                figure,
                f"same queries, bytes {rate(rates.median('queries'))}",
                rates.ratio("slots", "queries"),
                OF_QUERIES,
            ),
        ]
    rows.append(
        Row(
            PART,
            f"{SIZES[2]:,} appointments against {SIZES[1]:,}",
            "",
            "itself, as ratios to ok",
            against_ok[2] / against_ok[1],
            OF_ITSELF,
        )
    )
    note = (
        f"slots: {world.DAYS} days, {len(world.PROVIDERS)} providers, 30-minute visits on a grid "
        "of 15 minutes with a room each; nothing is cached. What is not inside the window is "
        "finished history."
    )
    return rows, [note]
