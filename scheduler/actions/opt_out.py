"""Stop writing to a number or address, or start again: it holds for everybody who shares it."""

from datetime import datetime

from scheduler.core.status import MessageStatus
from scheduler.models import Consent, Message, OptOut


def opt_out(
    channel: str, address: str, *, source: str, now: datetime, paused_for_staff: bool = False
) -> None:
    """Stop at once, for every patient on the address; what is planned to it is suppressed."""
    stopped, created = OptOut.objects.get_or_create(
        channel=channel,
        address=address,
        lifted_at=None,
        defaults={"source": source, "at": now, "paused_for_staff": paused_for_staff},
    )
    if not created and stopped.paused_for_staff and not paused_for_staff:
        stopped.paused_for_staff = False
        stopped.source = source
        stopped.save(update_fields=["paused_for_staff", "source"])
    Message.objects.filter(channel=channel, to=address, status=MessageStatus.PLANNED).update(
        status=MessageStatus.SUPPRESSED, reason="opted-out", settled_at=now
    )


def opt_in(channel: str, address: str, *, source: str, wording: str, now: datetime) -> bool:
    """Lift an opt-out and record the consent; False where there was none to lift."""
    lifted = OptOut.objects.filter(channel=channel, address=address, lifted_at=None).update(
        lifted_at=now
    )
    if not lifted:
        return False
    Consent.objects.create(
        channel=channel, address=address, granted=True, wording=wording, source=source, at=now
    )
    return True


def is_opted_out(channel: str, address: str) -> bool:
    return OptOut.objects.filter(channel=channel, address=address, lifted_at=None).exists()
