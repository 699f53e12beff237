"""Commit that the sending of a message begins: the last word before the network is touched."""

from datetime import datetime

from scheduler.messaging.compose import Composed
from scheduler.messaging.consent.opt_out import ACKNOWLEDGEMENTS, IS_STOPPED
from scheduler.messaging.consent.stop_reminders import IS_STOPPED_REMINDER
from scheduler.messaging.delivery.claim import LEASE, Claim
from scheduler.transactions.statements import change_rows

_BEGIN = f"""
    UPDATE scheduler_message AS message
       SET sending_at = %(now)s, claimed_until = %(claimed_until)s, attempts = attempts + 1,
           subject = %(subject)s, body = %(body)s, segments = %(segments)s
     WHERE id = %(id)s AND lease = %(lease)s AND status = 'claimed'
       AND claimed_until > %(now)s AND sending_at IS NULL
       AND (kind = ANY(%(acknowledgements)s) OR NOT {IS_STOPPED})
       AND NOT {IS_STOPPED_REMINDER}
"""  # noqa: S608


def begin(claim: Claim, composed: Composed, *, segments: int | None, now: datetime) -> bool:
    """Keep the words, renew the lease and write down that sending begins; `segments` are a text's.

    False where the claim does not hold any more, or the recipient opted out since it was checked:
    nothing begins after an opt-out was committed.
    """
    values = {
        "id": claim.message_id,
        "lease": claim.lease,
        "now": now,
        "claimed_until": now + LEASE,
        "subject": composed.subject,
        "body": composed.text,
        "segments": segments,
        "acknowledgements": list(ACKNOWLEDGEMENTS),
    }
    return change_rows(_BEGIN, values) == 1
