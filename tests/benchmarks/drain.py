"""A hundred thousand texts, all due at once: how the worker's memory fares while it sends them."""

import time
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from scheduler.booking.models import Appointment
from scheduler.messaging.models import Message
from tasks.messages import deliver_due
from tests.benchmarks import world
from tests.benchmarks.deliveries import book_visits, loopback, worker_command
from tests.benchmarks.report import Row, rate
from tests.benchmarks.stage import Stage, memory_of

PART = "drain"
MESSAGES = 100_000
# What it holds after the first few, and at the end.
WARM = 2_000
AT_MOST = 1.1
PATIENCE = 1800.0
_OWE = """
    INSERT INTO scheduler_message
           (public_id, appointment_id, kind, channel, sequence, "to", language,
            due_at, next_attempt_at, expires_at, created_at,
            status, attempts, subject, body, words, sid, error_code, reason)
    SELECT gen_random_uuid(), %(visit)s, 'links', 'sms', number, '+14197000000', 'en',
           %(now)s, %(now)s, %(expires)s, %(now)s, 'planned', 0, '', '', '', '', '', ''
      FROM generate_series(1, %(messages)s) AS number
"""


def measure(made: Stage, *, now: datetime) -> tuple[list[Row], list[str]]:
    world.empty()
    book_visits(1, now=now)
    Message.objects.all().delete()
    values: dict[str, Any] = {
        "visit": Appointment.objects.values_list("pk").get()[0],
        "now": now,
        "expires": now + timedelta(days=1),
        "messages": MESSAGES,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OWE, values)
    world.vacuum()
    with (
        loopback() as peers,
        made.running("worker", worker_command(made), **peers.settings) as worker,
        made.running("beat"),
    ):
        for _ in range(2):
            deliver_due.apply_async(("sms",))
        _wait(MESSAGES - WARM)
        begun, before = time.perf_counter(), memory_of(worker)
        _wait(0)
        took, after = time.perf_counter() - begun, memory_of(worker)
        taken = peers.taken()["texts"]
    if taken != {"taken": MESSAGES, "messages": MESSAGES}:
        raise RuntimeError(f"{taken} of {MESSAGES}")
    row = Row(
        PART,
        f"{MESSAGES:,} texts due at once, {rate((MESSAGES - WARM) / took)}",
        f"{after.pss:,.0f} MB PSS",
        f"after {WARM:,} of them {before.pss:,.0f} MB",
        after.pss / before.pss,
        AT_MOST,
        at_most=True,
    )
    return [row], ["drain: each text was taken once by the peer on loopback."]


def _wait(left: int) -> None:
    """Until no more than so many are planned or in hand."""
    deadline = time.monotonic() + PATIENCE
    while Message.objects.filter(status__in=["planned", "claimed"]).count() > left:
        if time.monotonic() > deadline:
            raise RuntimeError("the worker did not get through")
        time.sleep(0.5)
