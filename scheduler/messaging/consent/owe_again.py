"""Plan again what somebody's answer kept back, once they take that answer back."""

from datetime import datetime

from django.db.models import F

from scheduler.core.message_status import MessageStatus
from scheduler.messaging.models import Message


def owe_again(channel: str, address: str, *, kept_back: str, now: datetime) -> None:
    """What was suppressed for the reason `kept_back`, is still ahead, and of visits that stand as
    they did then."""
    suppressed = Message.objects.filter(
        channel=channel,
        to=address,
        status=MessageStatus.SUPPRESSED,
        reason=kept_back,
        next_attempt_at__gt=now,
        sequence=F("appointment__sequence"),
    )
    Message.objects.filter(pk__in=suppressed.values("pk")).update(
        status=MessageStatus.PLANNED, reason="", settled_at=None
    )
