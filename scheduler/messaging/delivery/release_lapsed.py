"""Take back what dead workers claimed; what may have left is uncertain and goes to staff."""

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
