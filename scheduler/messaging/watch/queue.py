"""What waits to leave right now, and how long the oldest has waited."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.messaging.models import Channel, Priority
from scheduler.messaging.plan import template_of
from scheduler.transactions.statements import fetch_rows

# By the index of what is due: the work that waits, not what was ever planned.
_WAITING = f"""
    SELECT channel, priority < {Priority.REMINDER} AS urgent, kind, count(*), min(next_attempt_at)
      FROM scheduler_message
     WHERE status = 'planned' AND sending_at IS NULL AND channel = ANY(%(channels)s)
       AND priority = ANY(%(priorities)s) AND next_attempt_at <= %(now)s
     GROUP BY channel, urgent, kind
"""  # noqa: S608
_SEEN = "SELECT at FROM scheduler_heartbeat WHERE name = 'worker'"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Messages of one kind that are due by one channel; `urgent` ones answer somebody."""

    channel: str
    urgent: bool
    kind: str
    count: int
    oldest: datetime


def waiting(*, now: datetime) -> list[Waiting]:
    """What is due, by channel, urgency and kind (all reminders are of one)."""
    found: dict[tuple[str, bool, str], Waiting] = {}
    values = {"channels": Channel.values, "priorities": Priority.values, "now": now}
    for channel, urgent, kind, count, oldest in fetch_rows(_WAITING, values):
        key = (channel, urgent, template_of(kind))
        known = found.get(key)
        total = count + known.count if known else count
        first = min(oldest, known.oldest) if known else oldest
        found[key] = Waiting(*key, total, first)
    return list(found.values())


def longest_wait(
    found: Iterable[Waiting], *, now: datetime, channel: str, urgent: bool | None = None
) -> timedelta:
    """How long the oldest of a channel has waited, of the urgent ones or the others where told;
    nothing where none is due."""
    oldest = [
        one.oldest for one in found if one.channel == channel and urgent in {None, one.urgent}
    ]
    return now - min(oldest) if oldest else timedelta(0)


def worker_seen() -> datetime | None:
    """When a worker was last at work; None where none ever was."""
    rows = fetch_rows(_SEEN, {})
    return rows[0][0] if rows else None
