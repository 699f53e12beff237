"""Several visits of a patient on one day are reminded of in one text.

The reminder that is due first names them all and goes; those of the other visits that are due that
day, at the same number, are not sent. Which they are is asked as it leaves, so that a visit that
was called off or moved meanwhile is not among them. If the text is known not to have left or
arrived, they are owed again.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Greatest

from scheduler.core.message_status import MessageStatus
from scheduler.core.status import AppointmentStatus
from scheduler.messaging.compose import Composed
from scheduler.messaging.delivery.begin import begin
from scheduler.messaging.delivery.claim import Claim
from scheduler.messaging.message_context import ToldToo
from scheduler.messaging.models import Message

TOLD_TOO = "told-too"
# More would not fit one segment.
MOST = 3

# For the statement that reads a message: (id, start in epoch seconds, status of the visit, whether
# it goes before this one) of each.
OTHERS = """
    (SELECT json_agg(json_build_array(
                other.id, extract(epoch FROM beside.starts_at), beside.status,
                other.status <> 'suppressed' AND other.next_attempt_at <= %(now)s
                AND (other.next_attempt_at, other.id) < (message.next_attempt_at, message.id))
                ORDER BY beside.starts_at, other.id)
       FROM scheduler_appointment AS beside
       JOIN scheduler_message AS other ON other.appointment_id = beside.id
      WHERE beside.patient_id = visit.patient_id AND beside.id <> visit.id
        AND beside.status = ANY(%(expected)s) AND beside.reminders_on
        AND beside.starts_at > %(now)s
        AND (beside.starts_at AT TIME ZONE %(zone)s)::date
          = (visit.starts_at AT TIME ZONE %(zone)s)::date
        AND other.channel = message.channel AND other.to = message.to
        AND other.sequence = beside.sequence AND starts_with(other.kind, %(reminder)s)
        AND (other.together_with_id = message.id
             OR other.next_attempt_at < %(tomorrow)s AND other.expires_at > %(now)s
                AND (other.status = 'planned'
                     OR other.status = 'claimed' AND other.sending_at IS NULL)))
"""


def others_of(found: Sequence[Sequence[Any]]) -> tuple[list[ToldToo], bool]:
    """What OTHERS found, and whether one of them goes first."""
    told = [
        ToldToo(pk, datetime.fromtimestamp(start, UTC), status == AppointmentStatus.CONFIRMED)
        for pk, start, status, _first in found[:MOST]
    ]
    return told, any(first for *_rest, first in found)


def begin_together(
    claim: Claim,
    channel: str,
    composed: Composed,
    told_too: Sequence[ToldToo],
    *,
    segments: int | None,
    now: datetime,
) -> bool:
    """The same as `begin`, for a text that also says what other reminders would.

    False, and nothing begins, where one of them is not waiting any more: the words are stale.
    """
    ids = [other.message_id for other in told_too]
    with transaction.atomic():
        # Nobody waits for a lock: who has it may be a text that wants to name this one's visit.
        rows = Message.objects.select_for_update(skip_locked=True, no_key=True).in_bulk(
            [*ids, claim.message_id]
        )
        ready = claim.message_id in rows and all(
            pk in rows and _waits(rows[pk], claim.message_id) for pk in ids
        )
        if not ready or not begin(claim, channel, composed, segments=segments, now=now):
            return False
        Message.objects.filter(pk__in=ids).update(
            status=MessageStatus.SUPPRESSED,
            reason=TOLD_TOO,
            together_with=claim.message_id,
            settled_at=now,
            lease=None,
            claimed_until=None,
        )
    return True


def _waits(row: Message, told_by: int) -> bool:
    claimed = row.status == MessageStatus.CLAIMED and row.sending_at is None
    planned = row.status == MessageStatus.PLANNED
    return planned or claimed or row.together_with_id == told_by


def owe_told_too(message: Message, *, not_before: datetime) -> None:
    """The text was not sent, or did not arrive: what it was to tell is owed again."""
    Message.objects.filter(
        together_with=message.pk, status=MessageStatus.SUPPRESSED, reason=TOLD_TOO
    ).update(
        status=MessageStatus.PLANNED,
        reason="",
        together_with=None,
        settled_at=None,
        next_attempt_at=Greatest("next_attempt_at", not_before),
    )
