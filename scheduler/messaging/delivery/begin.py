"""Commit that the sending of a message begins: the last word before the network is touched."""

from datetime import datetime, timedelta

from scheduler.messaging.compose import Composed
from scheduler.messaging.consent.may_begin import MAY_BEGIN
from scheduler.messaging.delivery.claim import Claim
from scheduler.messaging.models import Channel
from scheduler.transactions.statements import change_planned, change_rows

# From its claim on a message may begin to leave for so long; a mail server may be slow to greet.
LEAVES_WITHIN = {Channel.SMS: timedelta(seconds=10), Channel.EMAIL: timedelta(seconds=60)}
# When one that has begun, and of which nothing more was heard, is in doubt. This is more than the
# above and the transports' time-outs: by then whoever sent it has an answer, or has given up.
IN_DOUBT_AFTER = {Channel.SMS: timedelta(seconds=45), Channel.EMAIL: timedelta(minutes=2)}

# Not IS NULL: that is what the index of all that is due knows of, and it may be read whole for it.
_BEGIN = f"""
    UPDATE scheduler_message AS message
       SET sending_at = %(now)s, claimed_until = %(claimed_until)s, attempts = attempts + 1,
           subject = %(subject)s, body = %(body)s, segments = %(segments)s
     WHERE message.id = %(id)s AND lease = %(lease)s AND status = 'claimed'
       AND claimed_until > %(now)s AND num_nulls(sending_at) = 1
       AND {MAY_BEGIN}
"""  # noqa: S608
_CALL_OFF = """
    UPDATE scheduler_message
       SET status = 'planned', sending_at = NULL, lease = NULL, claimed_until = NULL,
           attempts = attempts - 1
     WHERE id = %(id)s AND lease = %(lease)s AND status = 'claimed'
"""


def begin(
    claim: Claim, channel: str, composed: Composed, *, segments: int | None, now: datetime
) -> bool:
    """Keep the words, lengthen the lease and write down that sending begins; `segments` are a
    text's.

    False where the claim does not hold any more, or the recipient took back what they had agreed to
    since it was checked: nothing begins after that was committed, by whichever route it came.
    """
    values = {
        "id": claim.message_id,
        "lease": claim.lease,
        "now": now,
        "claimed_until": now + IN_DOUBT_AFTER[Channel(channel)],
        "subject": composed.subject,
        "body": composed.text,
        "segments": segments,
    }
    return change_planned(_BEGIN, values) == 1


def leave_by(claim: Claim, channel: str) -> float:
    """Until when it may begin to leave, in seconds of `time.monotonic`.

    Whoever stood still between the commit and the network finds out by this: meanwhile others may
    have looked in vain for the message at the other side, and have sent it.
    """
    return claim.at + LEAVES_WITHIN[Channel(channel)].total_seconds()


def call_off(claim: Claim) -> bool:
    """It did not leave after all, and is due as before; False where others took it over."""
    return change_rows(_CALL_OFF, {"id": claim.message_id, "lease": claim.lease}) == 1
