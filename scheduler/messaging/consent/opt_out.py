"""Stop writing to a number or address, or start again: it holds for everybody who shares it."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from scheduler.core.status import MessageStatus
from scheduler.models import Consent, Message, OptOut, StaffTask

OPTED_OUT = "opted-out"
REPLY_STOPPED, REPLY_PAUSED = "reply_stopped", "reply_paused"
# One text that confirms an opt-out may follow it, within five minutes (47 CFR 64.1200(a)(12)).
ACKNOWLEDGEMENTS = (REPLY_STOPPED, REPLY_PAUSED)
ACKNOWLEDGED_WITHIN = timedelta(minutes=5)


class NotPaused(Exception):
    """The address is not paused: its owner stopped it, and only they can start it again."""


def opt_out(
    channel: str, address: str, *, source: str, now: datetime, paused_for_staff: bool = False
) -> bool:
    """Stop at once, for every patient on the address; what is planned to it is suppressed.

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
    Message.objects.filter(channel=channel, to=address, status=MessageStatus.PLANNED).exclude(
        kind__in=ACKNOWLEDGEMENTS
    ).update(status=MessageStatus.SUPPRESSED, reason=OPTED_OUT, settled_at=now)
    return created


def opt_in(channel: str, address: str, *, source: str, wording: str, now: datetime) -> bool:
    """Lift an opt-out and record the consent; False where there was none to lift.

    What is still to come is owed again.
    """
    if not lift(channel, address, by=None, now=now):
        return False
    Consent.objects.create(
        channel=channel, address=address, granted=True, wording=wording, source=source, at=now
    )
    return True


def lift(channel: str, address: str, *, by: User | None, now: datetime) -> bool:
    """End whatever stops the address, and owe again what is still to come; `by` is who on the
    staff did it. False where nothing stopped it."""
    lifted = OptOut.objects.filter(channel=channel, address=address, lifted_at=None).update(
        lifted_at=now, lifted_by=by
    )
    if lifted:
        _owe_again(channel, address, now=now)
    return bool(lifted)


def lift_pause(channel: str, address: str, *, by: User, now: datetime) -> None:
    """Staff read the text that might have been an opt-out, and it was none: go on as before.

    What is still to come is owed again, and the tasks about it are done. Raises NotPaused.
    """
    with transaction.atomic():
        lifted = OptOut.objects.filter(
            channel=channel, address=address, lifted_at=None, paused_for_staff=True
        ).update(lifted_at=now, lifted_by=by)
        if not lifted:
            raise NotPaused
        _owe_again(channel, address, now=now)
        StaffTask.objects.filter(
            kind=StaffTask.Kind.MAYBE_STOP, inbound__from_number=address, done_at=None
        ).update(done_at=now, done_by=by)


def _owe_again(channel: str, address: str, *, now: datetime) -> None:
    """Plan again what the opt-out suppressed of visits that stand as they did then."""
    suppressed = Message.objects.filter(
        channel=channel,
        to=address,
        status=MessageStatus.SUPPRESSED,
        reason=OPTED_OUT,
        next_attempt_at__gt=now,
        sequence=F("appointment__sequence"),
    )
    Message.objects.filter(pk__in=suppressed.values("pk")).update(
        status=MessageStatus.PLANNED, reason="", settled_at=None
    )


def is_opted_out(channel: str, address: str) -> bool:
    return OptOut.objects.filter(channel=channel, address=address, lifted_at=None).exists()
