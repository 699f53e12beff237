"""What /metrics tells of messages: a few series by channel, kind and state, read as it is asked.

Whatever process answers, the figures are those of the database. None of them counts what was ever
sent: what waits now, and what was settled within the last hour.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from scheduler.core.template_words import KINDS
from scheduler.messaging.delivery.circuit import State, circuits
from scheduler.messaging.models import Alarm, Channel
from scheduler.messaging.watch.outcomes import outcomes_by_kind
from scheduler.messaging.watch.queue import longest_wait, waiting, worker_seen
from scheduler.transactions.timeouts import PROBE, within

WITHIN = timedelta(hours=1)
OTHER = "other"


def message_metrics(*, now: datetime) -> bytes:
    """In Prometheus' text format; nothing where the database is away."""
    registry = CollectorRegistry(auto_describe=False)
    try:
        with within(PROBE):
            families = list(_families(now))
    except (DatabaseError, InterfaceError):
        return b""
    registry.register(_Read(families))
    return generate_latest(registry)


class _Read(Collector):
    def __init__(self, families: list[GaugeMetricFamily]) -> None:
        self._families = families

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self._families

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing: registering must not read."""
        return iter(())


def _families(now: datetime) -> Iterator[GaugeMetricFamily]:
    found = waiting(now=now)
    lag = GaugeMetricFamily(
        "scheduler_message_oldest_due_seconds",
        "How long the oldest message that is due has waited.",
        labels=["channel"],
    )
    for channel in Channel.values:
        lag.add_metric([channel], longest_wait(found, now=now, channel=channel).total_seconds())
    yield lag
    due = GaugeMetricFamily(
        "scheduler_messages_due", "Messages that are due.", labels=["channel", "kind"]
    )
    for labels, count in _summed((one.channel, kind_label(one.kind), one.count) for one in found):
        due.add_metric(labels, count)
    yield due
    yield from _settled(now)
    yield from _state(now)


def _settled(now: datetime) -> Iterator[GaugeMetricFamily]:
    ended = outcomes_by_kind(now - WITHIN, now)
    settled = GaugeMetricFamily(
        "scheduler_messages_last_hour",
        "Messages that left or were given up within the last hour.",
        labels=["channel", "kind", "status"],
    )
    for labels, count in _summed(
        (one.channel, kind_label(one.kind), one.status, one.count) for one in ended
    ):
        settled.add_metric(labels, count)
    yield settled
    segments = sum(one.segments for one in ended)
    yield GaugeMetricFamily(
        "scheduler_text_segments_last_hour", "Segments of texts that left.", segments
    )
    yield GaugeMetricFamily(
        "scheduler_text_dollars_last_hour",
        "What these segments cost by SMS_SEGMENT_PRICE.",
        segments * settings.SMS_SEGMENT_PRICE,
    )


def _state(now: datetime) -> Iterator[GaugeMetricFamily]:
    seen = worker_seen()
    if seen is not None:
        yield GaugeMetricFamily(
            "scheduler_worker_seen_seconds",
            "How long ago a worker was last at work.",
            max(0.0, (now - seen).total_seconds()),
        )
    alarms = GaugeMetricFamily(
        "scheduler_alarm", "1 while something is wrong with sending.", labels=["alarm"]
    )
    on = set(Alarm.objects.filter(over_at=None).values_list("name", flat=True))
    for name in Alarm.Name.values:
        alarms.add_metric([name], float(name in on))
    yield alarms
    away = GaugeMetricFamily(
        "scheduler_transport_away",
        "1 while a channel's other side is left alone because it failed again and again.",
        labels=["channel"],
    )
    for circuit in circuits(now=now):
        away.add_metric([circuit.channel], float(circuit.state is not State.CLOSED))
    yield away


def kind_label(kind: str) -> str:
    """One of the kinds that there are words for: a label must not grow with what is stored."""
    return kind if kind in KINDS or kind == "staff_reply" else OTHER


def _summed(rows: Iterator[tuple[str | int, ...]]) -> list[tuple[list[str], int]]:
    totals: dict[tuple[str, ...], int] = defaultdict(int)
    for *labels, count in rows:
        totals[tuple(map(str, labels))] += int(count)
    return [(list(labels), total) for labels, total in sorted(totals.items())]
