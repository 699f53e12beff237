"""What a worker began and did not end: it may have left, and is uncertain.

A text is then looked up at the carrier before anybody hears of it; a mail goes to staff at once,
for nobody can look it up. What was claimed and not begun needs no care: the next claim takes it.
"""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from scheduler.core.message_status import MessageStatus
from scheduler.messaging.models import Channel, Message
from scheduler.worklist.ask_staff import ask_staff
from scheduler.worklist.models import StaffTask

log = structlog.get_logger(__name__)

# The carrier's list, or its callback, has it by then if it was taken.
FIRST_LOOK_AFTER = timedelta(seconds=10)


def mark_uncertain(message: Message, code: str, *, now: datetime, note: str = "") -> bool:
    """Leave the claim in doubt; False where it does not stand any more. `note` is for staff."""
    is_text = message.channel == Channel.SMS
    with transaction.atomic():
        # Not where it was settled, and perhaps claimed anew, since the claim was read.
        changed = Message.objects.filter(
            pk=message.pk, lease=message.lease, status=MessageStatus.CLAIMED
        ).update(
            status=MessageStatus.UNCERTAIN,
            error_code=code,
            settled_at=now,
            look_up_at=now + FIRST_LOOK_AFTER if is_text else None,
            lease=None,
            claimed_until=None,
        )
        if changed and not is_text:
            ask_staff(StaffTask.Kind.UNCERTAIN, message=message, note=note, now=now)
    return changed == 1


def mark_unfinished(*, now: datetime) -> int:
    """Mark what dead workers began and did not end; how many there were."""
    lapsed = Message.objects.filter(
        status=MessageStatus.CLAIMED, sending_at__isnull=False, claimed_until__lte=now
    )
    return sum(mark_uncertain(message, "worker-lost", now=now) for message in lapsed)
