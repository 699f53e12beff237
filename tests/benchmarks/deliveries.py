"""Messages seen through by a real worker, over transports that send nothing; and a no-op task."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

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
OF_NO_OP = 0.5
MESSAGES = 250
NO_OPS = 1_000
ROUNDS = 3
PATIENCE = 120.0
QUEUE = app.conf.task_default_queue
UNSENT = {"sid": "", "attempts": 0, "sending_at": None, "accepted_at": None, "settled_at": None}


def measure(made: Stage, *, now: datetime) -> tuple[list[Row], list[str]]:
    world.empty()
    _book(MESSAGES, now=now)
    command = [
        "tests.benchmarks.worker" if part == "tasks.celery" else part
        for part in made.worker_command
    ]
    with made.running("worker", command) as worker, Redis.from_url(made.redis_url) as redis:
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
        "deliveries: claimed, checked, put into words and recorded in two durable commits each, "
        "by two of a worker's three processes; the no-op is acknowledged early, like the "
        "product's own tasks, by all three."
    )
    return [*rows, memory("worker", held)], [note]


def _book(count: int, *, now: datetime) -> None:
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
