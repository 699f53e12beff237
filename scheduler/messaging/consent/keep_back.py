"""Take messages back that nobody may send any more, out of the hands of whoever is about to."""

from datetime import datetime

from django.db.models import Q, QuerySet

from scheduler.core.message_status import MessageStatus
from scheduler.messaging.models import Message

_NOT_BEGUN = Q(status=MessageStatus.PLANNED) | Q(
    status=MessageStatus.CLAIMED, sending_at__isnull=True
)


def keep_back(messages: QuerySet[Message], *, reason: str, now: datetime) -> int:
    """Suppress those whose sending has not begun, claimed ones too; how many.

    A worker that holds the claim changes this very row to begin. Either it did before, and this
    waits for its commit and leaves the row alone, or it finds its claim gone: no sending begins
    once this has committed.
    """
    return messages.filter(_NOT_BEGUN).update(
        status=MessageStatus.SUPPRESSED,
        reason=reason,
        settled_at=now,
        lease=None,
        claimed_until=None,
    )
