"""What a worker began and did not end: it may have left, is uncertain and goes to staff.

What it claimed and did not begin needs no care: the next claim takes it.
"""

from datetime import datetime

import structlog
from django.db import transaction

from scheduler.core.message_status import MessageStatus
from scheduler.messaging.models import Message
from scheduler.worklist.ask_staff import ask_staff
from scheduler.worklist.models import StaffTask

log = structlog.get_logger(__name__)


def _uncertain(message: Message, code: str, *, now: datetime) -> bool:
    """Leave the claim to staff; False where it does not stand any more."""
    with transaction.atomic():
        # Not where it was settled, and perhaps claimed anew, since the claim was read.
        changed = Message.objects.filter(
            pk=message.pk, lease=message.lease, status=MessageStatus.CLAIMED
        ).update(
            status=MessageStatus.UNCERTAIN,
            error_code=code,
            settled_at=now,
            lease=None,
            claimed_until=None,
        )
        if changed:
            ask_staff(StaffTask.Kind.UNCERTAIN, message=message, now=now)
    return changed == 1


def release_lapsed(*, now: datetime) -> int:
    """Leave to staff what dead workers began; how many there were."""
    lapsed = Message.objects.filter(
        status=MessageStatus.CLAIMED, sending_at__isnull=False, claimed_until__lte=now
    )
    return sum(_uncertain(message, "worker-lost", now=now) for message in lapsed)
