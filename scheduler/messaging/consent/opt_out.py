"""Stop writing to a number or address, or start again: it holds for everybody who shares it."""

from datetime import datetime, timedelta

from scheduler.messaging.consent.keep_back import keep_back
from scheduler.messaging.models import Message, OptOut

OPTED_OUT = "opted-out"
REPLY_STOPPED, REPLY_PAUSED = "reply_stopped", "reply_paused"
# One text that confirms an opt-out may follow it, within five minutes (47 CFR 64.1200(a)(12)).
ACKNOWLEDGEMENTS = (REPLY_STOPPED, REPLY_PAUSED)
ACKNOWLEDGED_WITHIN = timedelta(minutes=5)
# For a statement that calls the message's row `message`.
IS_STOPPED = """
    EXISTS (SELECT FROM scheduler_optout AS stop
             WHERE stop.channel = message.channel AND stop.address = message.to
               AND stop.lifted_at IS NULL)
"""


def opt_out(
    channel: str, address: str, *, source: str, now: datetime, paused_for_staff: bool = False
) -> bool:
    """Stop at once, for every patient on the address; what has not begun to leave is suppressed.

    False where it was stopped, or paused, already. What acknowledges that goes out all the same.
    """
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
    to_them = Message.objects.filter(channel=channel, to=address).exclude(kind__in=ACKNOWLEDGEMENTS)
    keep_back(to_them, reason=OPTED_OUT, now=now)
    return created


def is_opted_out(channel: str, address: str) -> bool:
    return OptOut.objects.filter(channel=channel, address=address, lifted_at=None).exists()
