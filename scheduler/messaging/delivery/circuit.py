"""A channel whose transport fails again and again is left alone for a while, by all workers.

What is due stays planned meanwhile, and no attempt is used up. Then one message is let through: if
it fares well all follow, else the next wait is twice as long. Parts of other statements, mostly: a
delivery that fares well costs none of its own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from scheduler.messaging.models import Channel, Circuit
from scheduler.transactions.statements import change_rows

FAILURES = 5
SHORTEST, LONGEST = timedelta(seconds=10), timedelta(minutes=2)
# More than a transport may take: a worker that dies with the one message ends no circuit for good.
PROBE = timedelta(minutes=2)
# However long the other side asks us to wait: then we ask again.
MOST_PATIENCE = timedelta(minutes=15)

# Of the claim: the lock of a circuit that may be tried is the claimer's; another gets nothing.
PROBING = """
    probing AS MATERIALIZED (
        SELECT channel FROM scheduler_circuit
         WHERE channel = %(channel)s AND open_until <= %(now)s
           AND (probe_until IS NULL OR probe_until <= %(now)s)
           FOR UPDATE SKIP LOCKED),
"""
# How many may be claimed: no limit (null) while the circuit is closed, one where it is tried.
PASSED = """
    (SELECT CASE WHEN EXISTS (SELECT FROM scheduler_circuit
                               WHERE channel = %(channel)s AND open_until IS NOT NULL)
                 THEN (SELECT count(*) FROM probing) END)
"""
PROBED = """,
    probed AS (
        UPDATE scheduler_circuit SET probe_until = %(now)s + %(probe)s
         WHERE channel = (SELECT channel FROM probing) AND EXISTS (SELECT FROM taken))
"""
# Of what was let through and then kept back: nothing was tried, and the next one may.
UNTRIED = """
    untried AS (UPDATE scheduler_circuit SET probe_until = NULL
                 WHERE channel = %(channel)s AND probe_until IS NOT NULL)
"""
# Of the record of what was accepted.
CLOSED = "closed AS (DELETE FROM scheduler_circuit WHERE channel = %(channel)s)"

_FAILED = """
    INSERT INTO scheduler_circuit AS circuit (channel, failures, failing_since, open_until, code)
    VALUES (%(channel)s, 1, %(now)s, %(asked_until)s, %(code)s)
        ON CONFLICT (channel) DO UPDATE
       SET failures = circuit.failures + 1, code = excluded.code, probe_until = NULL,
           open_until = greatest(
               circuit.open_until, excluded.open_until,
               CASE WHEN circuit.failures + 1 >= %(failures)s
                    THEN %(now)s + least(%(longest)s, %(shortest)s
                         * pow(2, least(circuit.failures + 1 - %(failures)s, 20))) END)
     WHERE circuit.open_until IS NULL OR circuit.open_until <= %(now)s
"""


class State(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True)
class CircuitState:
    """How a channel's transport fares. `failing_since`, `open_until` and `code` (of its last
    failure) are None or empty where the last message fared well."""

    channel: str
    state: State
    failures: int = 0
    failing_since: datetime | None = None
    open_until: datetime | None = None
    code: str = ""


def circuits(*, now: datetime) -> list[CircuitState]:
    """Of each channel, in their order."""
    failing = {row.channel: _state(row, now) for row in Circuit.objects.all()}
    return [failing.get(channel, CircuitState(channel, State.CLOSED)) for channel in Channel.values]


def count_failure(channel: str, code: str, *, retry_after: int = 0, now: datetime) -> None:
    """A transport failed, whatever the message. Where it asked for patience nobody asks sooner.

    What was under way as the circuit opened counts no more.
    """
    asked = min(timedelta(seconds=retry_after), MOST_PATIENCE)
    values = {
        "channel": channel,
        "code": code,
        "now": now,
        "asked_until": now + asked if asked else None,
        "failures": FAILURES,
        "shortest": SHORTEST,
        "longest": LONGEST,
    }
    change_rows(_FAILED, values)


def is_away(channel: str) -> bool:
    """Whether its other side has failed whatever it was sent, until now."""
    return Circuit.objects.filter(channel=channel, open_until__isnull=False).exists()


def count_success(channel: str) -> None:
    """Its other side answered, if only to refuse this one message."""
    Circuit.objects.filter(channel=channel).delete()


def _state(row: Circuit, now: datetime) -> CircuitState:
    state = State.CLOSED
    if row.open_until is not None:
        state = State.OPEN if row.open_until > now else State.HALF_OPEN
    return CircuitState(
        row.channel, state, row.failures, row.failing_since, row.open_until, row.code
    )
