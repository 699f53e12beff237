"""Claim what is due: a lease, so that no two workers send the same message.

A lease is short and is not renewed. A claim that its owner has not begun by the lease's end is
anybody's again, whether the owner died or stood still: `begin` tells a late one so.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings

from scheduler.core.message_status import MessageStatus
from scheduler.messaging.delivery.circuit import PASSED, PROBE, PROBED, PROBING
from scheduler.messaging.delivery.sender_rate import ALLOWANCE, ALLOWED, SPENDING, rate_values
from scheduler.messaging.models import Channel, Message, Priority
from scheduler.transactions.statements import fetch_rows

# With the two seconds of a beat, what a dead worker had claimed is taken over within seven.
LEASE = timedelta(seconds=5)

# Of what is due while sending is paused, only codes leave: somebody is waiting for one right now.
_DUE = f"""
      FROM scheduler_message AS message
     WHERE status IN ('planned', 'claimed') AND sending_at IS NULL
       AND channel = %(channel)s AND priority = level.priority AND next_attempt_at <= %(now)s
       AND (status = 'planned' OR claimed_until <= %(now)s)
       AND (priority = {Priority.CODE}
            OR NOT EXISTS (SELECT FROM scheduler_clinic WHERE sending_paused_at IS NOT NULL))
"""
_LEVELS = f"(VALUES {', '.join(f'({level})' for level in Priority.values)}) AS level (priority)"
# Level after level, each in the order of the index, and no further than is taken: a claim reads
# what it takes and not all that waits. It is done once, before anything is updated.
_CLAIM = f"""
    WITH {PROBING}
         {{before}}
         taken AS MATERIALIZED (
             SELECT due.id
               FROM {_LEVELS},
            LATERAL (SELECT id {_DUE} ORDER BY next_attempt_at
                      LIMIT %(limit)s FOR UPDATE OF message SKIP LOCKED) AS due
              LIMIT least({PASSED}, {{limit}}))
         {PROBED}
         {{after}}
    UPDATE scheduler_message
       SET status = 'claimed', lease = %(lease)s, claimed_until = %(claimed_until)s
     WHERE id = ANY(ARRAY(SELECT id FROM taken))
    RETURNING id, priority, next_attempt_at
"""  # noqa: S608
_AT_ANY_RATE = _CLAIM.format(limit="%(limit)s", before="", after="")
_AT_THE_SENDERS_RATE = _CLAIM.format(limit=ALLOWED, before=ALLOWANCE, after=SPENDING)
_IS_DUE = f"SELECT EXISTS (SELECT FROM {_LEVELS}, LATERAL (SELECT id {_DUE} LIMIT 1) AS due)"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Claim:
    """`at` is when it was asked for, in seconds of `time.monotonic`: a clock that nobody sets."""

    message_id: int
    lease: uuid.UUID
    at: float


def claim_due(channel: str, *, limit: int, now: datetime) -> list[Claim]:
    """Claim up to `limit` due messages of a channel, by priority; one statement.

    Due is also what somebody claimed and has not begun in time. Two workers never get the same
    one. Nothing is claimed while the channel's circuit is open; texts through Twilio are held to
    the sender's rate, whoever claims them.
    """
    lease, at = uuid.uuid4(), monotonic()
    rated = channel == Channel.SMS and settings.SMS_TRANSPORT == "twilio"
    values = {
        "channel": channel,
        "limit": limit,
        "now": now,
        "lease": lease,
        "claimed_until": now + LEASE,
        "probe": PROBE,
    }
    if rated:
        claimed = fetch_rows(_AT_THE_SENDERS_RATE, values | rate_values())
    else:
        claimed = fetch_rows(_AT_ANY_RATE, values)
    in_order = sorted(claimed, key=lambda row: row[1:])
    return [Claim(pk, lease, at) for pk, _priority, _due in in_order]


def give_back(claims: list[Claim]) -> None:
    """Make due again what was claimed and not begun: whoever claimed it is held up."""
    Message.objects.filter(
        pk__in=[claim.message_id for claim in claims],
        lease__in={claim.lease for claim in claims},
        status=MessageStatus.CLAIMED,
        sending_at=None,
    ).update(status=MessageStatus.PLANNED, lease=None, claimed_until=None)


def is_due(channel: str, *, now: datetime) -> bool:
    [(due,)] = fetch_rows(_IS_DUE, {"channel": channel, "now": now})
    return bool(due)
