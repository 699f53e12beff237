"""Whether a text that we hear of late was overtaken by one that we acted on already."""

from datetime import datetime, timedelta

from scheduler.core.replies import Reply
from scheduler.replies.models import InboundText

LATE = timedelta(minutes=1)


def is_overtaken(inbound: InboundText, meaning: Reply, *, now: datetime) -> bool:
    """A wish to get no more texts still holds, unless they took it back since."""
    if now - inbound.received_at <= LATE:
        return False
    later = InboundText.objects.filter(
        from_number=inbound.from_number,
        received_at__gt=inbound.received_at,
        acted_at__isnull=False,
    )
    if meaning in {Reply.STOP, Reply.STOP_CANCEL, Reply.MAYBE_STOP}:
        later = later.filter(meaning__in=[Reply.START.value, Reply.YES.value])
    return later.exists()
