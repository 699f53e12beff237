"""What is wrong with sending at this moment, by the same figures that staff see."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from scheduler.clinic.current import this_clinic
from scheduler.core.message_status import MessageStatus
from scheduler.messaging.delivery.channels import is_on
from scheduler.messaging.delivery.circuit import State, circuits
from scheduler.messaging.models import Alarm, Channel
from scheduler.messaging.watch.outcomes import KindOutcome, outcomes_by_kind
from scheduler.messaging.watch.queue import Waiting, longest_wait, waiting, worker_seen

# Somebody waits for an answer; a morning's reminders may take a while at one text a second.
OVERDUE_AFTER: Mapping[bool, timedelta] = {
    True: timedelta(minutes=2),
    False: timedelta(minutes=20),
}
NO_WORKER_AFTER = timedelta(minutes=2)
# A carrier that stumbles is left alone for a while and tried again: that is no alarm.
SHUT_AFTER = timedelta(minutes=2)
LOOKED_BACK = timedelta(hours=1)
# So many failures in an hour, and such a share of what was tried.
MANY_FAILED, SHARE_FAILED = 5, 0.2
MANY_UNCERTAIN = 3
NAMES = {Channel.SMS.value: "Texts", Channel.EMAIL.value: "Mail"}
_FAILED = {MessageStatus.FAILED, MessageStatus.UNDELIVERED}
_TRIED = _FAILED | {MessageStatus.ACCEPTED, MessageStatus.DELIVERED, MessageStatus.UNCERTAIN}

Trouble = tuple[Alarm.Name, str]
"""The alarm, and a sentence for staff: what exactly is wrong."""


def find_troubles(*, now: datetime) -> list[Trouble]:
    """At most one of each kind. Four statements, and one where something is due."""
    found = waiting(now=now)
    ended = outcomes_by_kind(now - LOOKED_BACK, now)
    troubles = [*_worker(now), *_shut(found, now), *_overdue(found, now), *_failing(ended)]
    troubles += _uncertain(ended)
    first: dict[Alarm.Name, str] = {}
    for name, detail in troubles:
        first.setdefault(name, detail)
    return list(first.items())


def _worker(now: datetime) -> Iterator[Trouble]:
    seen = worker_seen()
    if seen is None:
        yield Alarm.Name.NO_WORKER, "No worker was ever seen."
    elif now - seen > NO_WORKER_AFTER:
        yield Alarm.Name.NO_WORKER, f"The last one was seen {_minutes(now - seen)} minutes ago."


def _shut(found: Iterable[Waiting], now: datetime) -> Iterator[Trouble]:
    for circuit in circuits(now=now):
        channel, since = circuit.channel, circuit.failing_since
        due = sum(one.count for one in found if one.channel == channel)
        if due and not is_on(channel):
            yield Alarm.Name.SHUT, f"{NAMES[channel]}: switched off, and {due} are due."
        elif circuit.state is not State.CLOSED and since and now - since > SHUT_AFTER:
            failing = f"failing for {_minutes(now - since)} minutes ({circuit.code})"
            yield Alarm.Name.SHUT, f"{NAMES[channel]}: the other side is {failing}."


def _overdue(found: list[Waiting], now: datetime) -> Iterator[Trouble]:
    if not found or this_clinic().filter(sending_paused_at__isnull=False).exists():
        return
    for channel in filter(is_on, Channel.values):
        for urgent, after in OVERDUE_AFTER.items():
            wait = longest_wait(found, now=now, channel=channel, urgent=urgent)
            if wait > after:
                minutes = _minutes(wait)
                yield (
                    Alarm.Name.OVERDUE,
                    f"{NAMES[channel]}: the oldest has waited for {minutes} minutes.",
                )


def _failing(ended: list[KindOutcome]) -> Iterator[Trouble]:
    for channel in Channel.values:
        failed, tried = (_count(ended, channel, among) for among in (_FAILED, _TRIED))
        if failed >= MANY_FAILED and failed >= tried * SHARE_FAILED:
            yield (
                Alarm.Name.FAILING,
                f"{NAMES[channel]}: {failed} of {tried} failed within an hour.",
            )


def _uncertain(ended: list[KindOutcome]) -> Iterator[Trouble]:
    for channel in Channel.values:
        doubtful = _count(ended, channel, {MessageStatus.UNCERTAIN})
        if doubtful >= MANY_UNCERTAIN:
            yield (
                Alarm.Name.UNCERTAIN,
                f"{NAMES[channel]}: {doubtful} within an hour may or may not have gone out.",
            )


def _count(ended: list[KindOutcome], channel: str, among: set[MessageStatus]) -> int:
    return sum(one.count for one in ended if one.channel == channel and one.status in among)


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
