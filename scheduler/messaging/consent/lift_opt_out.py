"""Write to a number or address again: its owner said START, or staff lift what paused it."""

from datetime import datetime
from enum import StrEnum

from django.contrib.auth.models import User
from django.db import transaction

from scheduler.core.refusal import Audience, Refusal
from scheduler.messaging.consent.opt_out import OPTED_OUT
from scheduler.messaging.consent.owe_again import owe_again
from scheduler.messaging.models import Consent, OptOut
from scheduler.worklist.models import StaffTask


class NotPaused(Refusal):
    """The address is not paused: its owner stopped it, and only they can start it again."""

    code = "not-paused"
    met_by = Audience.STAFF


class Started(StrEnum):
    """What came of somebody's wish to be written to again."""

    NOTHING_STOPPED = "nothing-stopped"
    AS_AGREED = "as-agreed"
    NEVER_AGREED = "never-agreed"
    """Nothing stops the address any more, and it has never agreed to messages about visits."""


def opt_in(channel: str, address: str, *, source: str, now: datetime) -> Started:
    """Lift an opt-out, and bring back what was agreed to, in the words of then, and nothing else.

    What is still to come is owed again.
    """
    if not lift(channel, address, by=None, now=now):
        return Started.NOTHING_STOPPED
    agreed = Consent.objects.filter(channel=channel, address=address, granted=True)
    before = agreed.order_by("-at", "-pk").first()
    if before is None:
        return Started.NEVER_AGREED
    Consent.objects.create(
        channel=channel,
        address=address,
        granted=True,
        wording=before.wording,
        wording_version=before.wording_version,
        language=before.language,
        source=source,
        route=Consent.Route.TEXT,
        at=now,
    )
    return Started.AS_AGREED


def lift(channel: str, address: str, *, by: User | None, now: datetime) -> bool:
    """End whatever stops the address, and owe again what is still to come; `by` is who on the
    staff did it. False where nothing stopped it."""
    lifted = OptOut.objects.filter(channel=channel, address=address, lifted_at=None).update(
        lifted_at=now, lifted_by=by
    )
    if lifted:
        owe_again(channel, address, kept_back=OPTED_OUT, now=now)
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
        owe_again(channel, address, kept_back=OPTED_OUT, now=now)
        StaffTask.objects.filter(
            kind=StaffTask.Kind.MAYBE_STOP, inbound__from_number=address, done_at=None
        ).update(done_at=now, done_by=by)
