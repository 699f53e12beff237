"""Messages seen through by a real worker, over HTTP and SMTP to peers on loopback that take all;
and a no-op task."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from urllib.request import urlopen

from redis import Redis

from scheduler.availability.load_schedule import load_schedule
from scheduler.availability.visit_rules import load_visit
from scheduler.booking.book import BookAtOnce
from scheduler.booking.reserve import BookingRequest, reserve
from scheduler.messaging.models import Message
from scheduler.patients.person import Person
from tasks.celery import app
from tasks.messages import deliver_due
from tests.benchmarks import world
from tests.benchmarks.report import Row, memory, rate
from tests.benchmarks.rounds import alternate
from tests.benchmarks.stage import Stage, memory_of

PART = "deliveries"
OF_NO_OP = 0.3
MESSAGES = 250
NO_OPS = 1_000
ROUNDS = 3
PATIENCE = 120.0
QUEUE = app.conf.task_default_queue
UNSENT = {"sid": "", "attempts": 0, "sending_at": None, "accepted_at": None, "settled_at": None}


@dataclass(frozen=True)
class Peers:
    """Where a worker's messages go, and the settings that send them there."""

    twilio: str
    settings: dict[str, str]

    def taken(self) -> dict[str, dict[str, int]]:
        """Of texts and of mails: how many were taken, and how many messages these were."""
        with urlopen(self.twilio) as answer:
            found: dict[str, dict[str, int]] = json.load(answer)
        return found


@contextmanager
def loopback() -> Generator[Peers]:
    command = [sys.executable, "-m", "tests.benchmarks.loopback"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        twilio, mail = process.stdout.readline().split()
        base = f"http://127.0.0.1:{twilio}"
        settings = {
            "TWILIO_API_BASE": base,
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": "of-no-account",
            "TWILIO_FROM": "+14195550199",
            "SMS_PER_SECOND": "1000",
            "EMAIL_URL": f"smtp://127.0.0.1:{mail}",
        }
        try:
            yield Peers(base, settings)
        finally:
            process.terminate()


def worker_command(made: Stage) -> list[str]:
    """The product's, and the no-op."""
    return [
        "tests.benchmarks.worker" if part == "tasks.celery" else part
        for part in made.worker_command
    ]


def measure(made: Stage, *, now: datetime) -> tuple[list[Row], list[str]]:
    world.empty()
    book_visits(MESSAGES, now=now)
    with (
        loopback() as peers,
        made.running("worker", worker_command(made), **peers.settings) as worker,
        Redis.from_url(made.redis_url) as redis,
    ):
        _wait(lambda: bool(app.control.ping(timeout=0.5)))
        rates = alternate(
            {
                "texts": partial(_deliver, "sms", now),
                "mails": partial(_deliver, "email", now),
                "no-op": partial(_no_ops, redis),
            },
            rounds=ROUNDS,
        )
        held = memory_of(worker)
        expected = {"taken": MESSAGES * (ROUNDS + 1), "messages": MESSAGES}
        if peers.taken() != {"texts": expected, "mails": expected}:
            raise RuntimeError(f"{peers.taken()} were taken, {expected} each were sent")
    floor = f"no-op task {rate(rates.median('no-op'))}"
    rows = [
        Row(
            PART,
            f"{MESSAGES} confirmations by {name}",
            rate(rates.median(case)),
            floor,
            rates.ratio(case, "no-op"),
            OF_NO_OP,
        )
        for case, name in (("texts", "text"), ("mails", "mail, with HTML and calendar"))
    ]
    note = (
        "deliveries: claimed, checked, put into words, sent over HTTP or SMTP to a peer on "
        "loopback and recorded in two durable commits each, by two of a worker's three processes; "
        "the no-op is acknowledged early, like the product's own tasks, by all three."
    )
    return [*rows, memory("worker", held)], [note]


def book_visits(count: int, *, now: datetime) -> None:
    """As many visits, each with a confirmation by text and one by mail that have left."""
    visit = load_visit(world.VISIT_TYPE)
    first = visit.local_day(now)
    schedule = load_schedule(visit, first, first + timedelta(days=visit.horizon_days), now=now)
    free = sorted((at, owner) for owner, starts in world.apart(schedule).items() for at in starts)
    for number, (at, owner) in enumerate(free[-count:]):
        person = Person(
            name=f"Rosa {number}",
            phone=f"+1419700{number:04d}",
            email=f"rosa.{number}@example.org",
            sms_consent=True,
            email_consent=True,
        )
        wanted = BookingRequest(
            visit_type=visit.slug,
            start=datetime.fromtimestamp(at, visit.tz),
            provider=schedule.slugs[owner],
            person=person,
        )
        reserve(BookAtOnce(wanted), now=now)
    Message.objects.filter(kind="confirmation").update(status="accepted")


def _deliver(channel: str, now: datetime) -> float:
    """Make the channel's confirmations due again and wake both processes; messages a second."""
    ours = Message.objects.filter(kind="confirmation", channel=channel)
    ours.update(status="planned", next_attempt_at=now, **UNSENT)
    started = time.perf_counter()
    for _ in range(2):
        deliver_due.apply_async((channel,))
    _wait(lambda: not ours.filter(status__in=["planned", "claimed"]).exists())
    took = time.perf_counter() - started
    if ours.filter(status="accepted").count() != MESSAGES:
        raise RuntimeError(str(ours.values_list("status", "reason").distinct()))
    return MESSAGES / took


def _no_ops(redis: Redis) -> float:
    """Fill the queue while nobody listens to it, then let the worker empty it; tasks a second."""
    app.control.cancel_consumer(QUEUE, reply=True)
    for _ in range(NO_OPS):
        app.send_task("tests.benchmarks.no_op")
    started = time.perf_counter()
    app.control.add_consumer(QUEUE)
    _wait(lambda: not redis.llen(QUEUE))
    return NO_OPS / (time.perf_counter() - started)


def _wait(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not ready():
        if time.monotonic() > deadline:
            raise RuntimeError("the worker did not get through")
        time.sleep(0.01)
