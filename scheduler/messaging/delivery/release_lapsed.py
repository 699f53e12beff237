"""Take back what dead workers claimed; what may have left is uncertain.

A text is then looked up at the carrier before anybody hears of it; a mail goes to staff at once,
for nobody can look it up.
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


def _uncertain(message: Message, code: str, *, now: datetime, note: str = "") -> bool:
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


def release_lapsed(*, now: datetime) -> tuple[int, int]:
    """Take back what dead workers claimed: (due again, uncertain)."""
    lapsed = Message.objects.filter(status=MessageStatus.CLAIMED, claimed_until__lte=now)
    doubtful = 0
    for message in lapsed.filter(sending_at__isnull=False):
        doubtful += _uncertain(message, "worker-lost", now=now)
    again = lapsed.filter(sending_at__isnull=True).update(
        status=MessageStatus.PLANNED, lease=None, claimed_until=None
    )
    return again, doubtful
