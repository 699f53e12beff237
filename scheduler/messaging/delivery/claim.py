"""Claim what is due: a lease, so that no two workers send the same message."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from scheduler.core.message_status import MessageStatus
from scheduler.messaging.delivery.sender_rate import ALLOWANCE, ALLOWED, SPENDING, rate_values
from scheduler.messaging.models import Channel, Message
from scheduler.messaging.plan import CODE
from scheduler.transactions.statements import fetch_rows

# Far above the transports' time-outs, so that a lease never lapses under a sender that lives.
LEASE = timedelta(minutes=2)

# Of what is due while sending is paused, only codes leave: somebody is waiting for one right now.
_DUE = f"""
      FROM scheduler_message
     WHERE status = 'planned' AND channel = %(channel)s AND next_attempt_at <= %(now)s
       AND (kind = '{CODE}'
            OR NOT EXISTS (SELECT FROM scheduler_clinic WHERE sending_paused_at IS NOT NULL))
"""
# Each half comes in the order of its index, so that a claim reads what it takes and not all that
# waits. Both are done once, before anything is updated.
_CLAIM = """
    WITH {before}
         urgent AS MATERIALIZED (
             SELECT id {due} AND urgent ORDER BY next_attempt_at
             LIMIT {limit} FOR UPDATE SKIP LOCKED),
         others AS MATERIALIZED (
             SELECT id {due} AND NOT urgent ORDER BY next_attempt_at
             LIMIT {limit} - (SELECT count(*) FROM urgent) FOR UPDATE SKIP LOCKED),
         taken AS (SELECT id FROM urgent UNION ALL SELECT id FROM others)
         {after}
    UPDATE scheduler_message
       SET status = 'claimed', lease = %(lease)s, claimed_until = %(claimed_until)s,
           sending_at = NULL
     WHERE id = ANY(ARRAY(SELECT id FROM taken))
    RETURNING id, urgent, next_attempt_at
"""
_AT_ANY_RATE = _CLAIM.format(due=_DUE, limit="%(limit)s", before="", after="")
_AT_THE_SENDERS_RATE = _CLAIM.format(due=_DUE, limit=ALLOWED, before=ALLOWANCE, after=SPENDING)


@dataclass(frozen=True, slots=True)
class Claim:
    message_id: int
    lease: uuid.UUID


def claim_due(channel: str, *, limit: int, now: datetime) -> list[Claim]:
    """Claim up to `limit` due messages of a channel, answers to people first; one statement.

    Two workers never get the same one. Texts through Twilio are held to the sender's rate,
    whoever claims them.
    """
    lease = uuid.uuid4()
    rated = channel == Channel.SMS and settings.SMS_TRANSPORT == "twilio"
    values = {
        "channel": channel,
        "limit": limit,
        "now": now,
        "lease": lease,
        "claimed_until": now + LEASE,
    }
    if rated:
        claimed = fetch_rows(_AT_THE_SENDERS_RATE, values | rate_values())
    else:
        claimed = fetch_rows(_AT_ANY_RATE, values)
    in_order = sorted(claimed, key=lambda row: (not row[1], row[2]))
    return [Claim(pk, lease) for pk, _urgent, _due in in_order]


def give_back(claims: list[Claim]) -> None:
    """Make due again what was claimed and not begun: whoever claimed it is held up."""
    Message.objects.filter(
        pk__in=[claim.message_id for claim in claims],
        lease__in={claim.lease for claim in claims},
        status=MessageStatus.CLAIMED,
        sending_at=None,
    ).update(status=MessageStatus.PLANNED, lease=None, claimed_until=None)


def is_due(channel: str, *, now: datetime) -> bool:
    [(due,)] = fetch_rows(f"SELECT EXISTS (SELECT {_DUE})", {"channel": channel, "now": now})
    return bool(due)
