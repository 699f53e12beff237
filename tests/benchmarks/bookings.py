"""POST appointments against the bare INSERT of such a row under the same constraints."""

import json
from datetime import datetime, timedelta

from scheduler.availability.load_schedule import load_schedule
from scheduler.availability.visit_rules import Visit, load_visit
from tests.benchmarks import bare_insert, world
from tests.benchmarks.clients import Clients, HttpJob, post
from tests.benchmarks.report import Row, rate
from tests.benchmarks.rounds import alternate

PART = "POST appointments"
OF_INSERT = 0.1
SECONDS = 2.0
ROUNDS = 4


def measure(port: int, url: str, clients: Clients, *, now: datetime) -> tuple[list[Row], list[str]]:
    world.fill_appointments(0, now=now)
    requests = booking_requests(clients.count, now=now)
    inserts = bare_insert.prepare(url, clients.count, now=now)

    def book() -> float:
        world.empty()
        jobs = [HttpJob(port, mine, expect=201, repeat=False) for mine in requests]
        return clients.rate(jobs, seconds=SECONDS)

    def insert() -> float:
        bare_insert.reset(now=now)
        return clients.rate(inserts, seconds=SECONDS)

    rates = alternate({"book": book, "insert": insert}, rounds=ROUNDS)
    row = Row(
        PART,
        f"{clients.count} clients, different times",
        rate(rates.median("book")),
        f"bare INSERT {rate(rates.median('insert'))}",
        rates.ratio("book", "insert"),
        OF_INSERT,
    )
    note = (
        "bookings: each with a new patient, texts and mail agreed to (two confirmations and up to "
        "six reminders), links, consents and the trail, in one durable transaction; the bare "
        "INSERT keeps the same exclusion, foreign-key and check constraints, durable as well."
    )
    return [row], [note]


def booking_requests(clients: int, *, now: datetime) -> list[list[bytes]]:
    """For each client, a booking of each of its times; no two clients want the same time."""
    visit = load_visit(world.VISIT_TYPE)
    first = visit.local_day(now)
    schedule = load_schedule(visit, first, first + timedelta(days=visit.horizon_days), now=now)
    free = sorted((at, owner) for owner, starts in world.apart(schedule).items() for at in starts)
    bodies = [
        _body(visit, datetime.fromtimestamp(at, visit.tz), schedule.slugs[owner], number)
        for number, (at, owner) in enumerate(free)
    ]
    requests = [post("/api/v1/appointments", body) for body in bodies]
    return [requests[client::clients] for client in range(clients)]


def _body(visit: Visit, start: datetime, provider: str, number: int) -> bytes:
    letters = "".join(chr(ord("a") + int(digit)) for digit in str(number))
    booking = {
        "visit_type": visit.slug,
        "provider": provider,
        "start": start.isoformat(),
        "patient": {
            "name": f"Rosa {letters.title()}",
            "date_of_birth": f"{1940 + number % 60}-03-09",
            "phone": f"+1419{700 + number // 10_000}{number % 10_000:04d}",
            "email": f"rosa.{letters}@example.org",
        },
        "consent": {"sms": True, "email": True},
    }
    return json.dumps(booking).encode()
