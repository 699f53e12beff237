"""What became of messages in a stretch of time: by day or hour, by channel, kind and state."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from scheduler.core.message_status import MessageStatus
from scheduler.messaging.plan import template_of
from scheduler.transactions.statements import fetch_rows

# When a message left, or else when it was given up: by the index on just this.
_WHEN = "coalesce(accepted_at, settled_at)"
_IN_TIME = f"""
      FROM scheduler_message
     WHERE {_WHEN} >= %(start)s AND {_WHEN} < %(end)s
       AND (accepted_at IS NOT NULL OR settled_at IS NOT NULL)
"""
# How long a message waited after it might have left, the last time that it was tried.
_BY_TIME = f"""
    SELECT date_trunc(%(step)s, {_WHEN} AT TIME ZONE %(zone)s), status,
           count(*), coalesce(sum(segments), 0),
           max(extract(epoch FROM accepted_at - next_attempt_at))
    {_IN_TIME} AND channel = ANY(%(channels)s)
     GROUP BY 1, 2
"""  # noqa: S608
_BY_KIND = f"""
    SELECT channel, kind, status, count(*), coalesce(sum(segments), 0)
    {_IN_TIME}
     GROUP BY 1, 2, 3
"""
_LEFT = {
    MessageStatus.ACCEPTED,
    MessageStatus.DELIVERED,
    MessageStatus.UNDELIVERED,
}
_FAILED = {MessageStatus.FAILED, MessageStatus.UNDELIVERED}
_KEPT_BACK = {MessageStatus.SUPPRESSED, MessageStatus.EXPIRED}


class Step(StrEnum):
    HOUR = "hour"
    DAY = "day"


@dataclass(slots=True)
class Outcomes:
    """Messages that were settled in one hour or day, which begins at the local time `at`.

    `sent` left; of these we know of some that they were `delivered`, and of those that are `open`
    nothing yet. `failed` were refused, or had left and did not arrive; `kept_back` were not sent on
    purpose. `longest_wait` is in seconds; `segments` is what texts are paid by.
    """

    at: datetime
    sent: int = 0
    delivered: int = 0
    open: int = 0
    failed: int = 0
    uncertain: int = 0
    kept_back: int = 0
    segments: int = 0
    longest_wait: float = 0.0


@dataclass(frozen=True, slots=True)
class KindOutcome:
    """How many messages of a kind (all reminders are of one) ended so, by one channel."""

    channel: str
    kind: str
    status: str
    count: int
    segments: int


def outcomes_by(
    step: Step, start: datetime, end: datetime, *, zone: ZoneInfo, channels: Sequence[str]
) -> list[Outcomes]:
    """What became of those settled from `start` up to, but without, `end`; local times of `zone`,
    the first first. Hours and days without any are left out. One statement."""
    values = {
        "step": step.value,
        "start": start,
        "end": end,
        "zone": zone.key,
        "channels": list(channels),
    }
    found: dict[datetime, Outcomes] = {}
    for at, status, count, segments, wait in fetch_rows(_BY_TIME, values):
        one = found.setdefault(at, Outcomes(at))
        one.sent += count * (status in _LEFT)
        one.delivered += count * (status == MessageStatus.DELIVERED)
        one.open += count * (status == MessageStatus.ACCEPTED)
        one.failed += count * (status in _FAILED)
        one.uncertain += count * (status == MessageStatus.UNCERTAIN)
        one.kept_back += count * (status in _KEPT_BACK)
        one.segments += segments
        one.longest_wait = max(one.longest_wait, float(wait or 0))
    return [found[at] for at in sorted(found)]


def outcomes_by_kind(start: datetime, end: datetime) -> list[KindOutcome]:
    """The same by channel, kind and state. One statement."""
    counted: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for channel, kind, status, count, segments in fetch_rows(
        _BY_KIND, {"start": start, "end": end}
    ):
        total = counted[channel, template_of(kind), status]
        total[0] += count
        total[1] += segments
    return [KindOutcome(*key, *total) for key, total in sorted(counted.items())]
