"""What the carrier said of a message: refusals at once, statuses later, in any order and repeat."""

import random
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from scheduler.core import backoff
from scheduler.core.backoff import Decision, Verdict
from scheduler.core.message_status import MessageStatus, settled_status
from scheduler.messaging.consent.opt_out import opt_out
from scheduler.messaging.delivery.circuit import MOST_PATIENCE, count_failure, count_success
from scheduler.messaging.delivery.fall_back import fall_back, word_came
from scheduler.messaging.delivery.held_up import staff_were_asked
from scheduler.messaging.delivery.told_too import owe_told_too
from scheduler.messaging.models import BadAddress, DeliveryEvent, Message
from scheduler.transactions.row_locks import lock_row
from scheduler.worklist.ask_staff import ask_staff
from scheduler.worklist.models import StaffTask

log = structlog.get_logger(__name__)

_HANDED_OVER = {MessageStatus.ACCEPTED, MessageStatus.DELIVERED, MessageStatus.UNDELIVERED}
_OPEN_TO_CALLBACKS = {
    MessageStatus.PLANNED,
    MessageStatus.ACCEPTED,
    MessageStatus.DELIVERED,
    MessageStatus.UNDELIVERED,
    MessageStatus.FAILED,
}


def record_delivery(
    public_id: str, sid: str, event: str, error_code: str, *, now: datetime
) -> MessageStatus | None:
    """Take one status, from a callback or the carrier's list; the message's status after it, or
    None for an unknown message.

    Any order and any repeat end in the same state, and one may come before our own commit. Word of
    a text that we did not know to have left settles it, whatever we thought of it.
    """
    with transaction.atomic():
        message = Message.objects.select_for_update().filter(public_id=public_id).first()
        if message is None:
            return None
        first_heard = not DeliveryEvent.objects.filter(message=message, sid=sid).exists()
        DeliveryEvent.objects.bulk_create(
            [DeliveryEvent(message=message, sid=sid, status=event, error_code=error_code, at=now)],
            ignore_conflicts=True,
        )
        begun = message.attempts or message.sending_at
        if begun and first_heard and sid != message.sid:
            if message.status in _HANDED_OVER:
                log.error("message went twice", message=public_id, sids=[message.sid, sid])
            else:
                accept(message, sid, at=message.sending_at or now, now=now)
        return apply_delivery_status(message, now=now)


def accept(message: Message, sid: str, *, at: datetime, now: datetime) -> None:
    """The carrier has a locked message since `at`: a doubt about it is over, staff can rest."""
    message.sid = sid
    message.accepted_at = at
    message.status = MessageStatus.ACCEPTED
    message.lease = message.claimed_until = message.settled_at = None
    message.error_code = message.reason = ""
    doubt_is_over(message, now=now)
    message.save()


def doubt_is_over(message: Message, *, now: datetime) -> None:
    """Nobody need look a locked message up any more; the caller saves it."""
    message.look_up_at = None
    StaffTask.objects.filter(message=message, kind=StaffTask.Kind.UNCERTAIN, done_at=None).update(
        done_at=now
    )


def apply_delivery_status(message: Message, *, now: datetime) -> MessageStatus:
    """Bring a locked message to what the events of its current sid amount to."""
    before = MessageStatus(message.status)
    if before not in _OPEN_TO_CALLBACKS:
        return before
    events = dict(
        DeliveryEvent.objects.filter(message=message, sid=message.sid).values_list(
            "status", "error_code"
        )
    )
    after = settled_status(events)
    if after is None or after == before:
        return before
    if before == MessageStatus.PLANNED and after != MessageStatus.DELIVERED:
        # It waits for its second attempt; only word that the first arrived after all counts.
        return before
    message.status = after
    message.settled_at = now if after != MessageStatus.ACCEPTED else None
    message.error_code = next(
        (code for event, code in events.items() if code and settled_status([event]) == after), ""
    )
    message.save(update_fields=["status", "settled_at", "error_code"])
    if after == MessageStatus.DELIVERED:
        word_came(message, now=now)
    if after in {MessageStatus.UNDELIVERED, MessageStatus.FAILED}:
        code = message.error_code or after
        return _follow(message, code, _decide(message, code), after, now=now)
    return after


def record_refusal(
    message: Message, code: str, *, retry_after: int = 0, now: datetime
) -> MessageStatus:
    """Nothing was sent: try again later or give up, by the table in `core.backoff`.

    However long the carrier asks us to wait (`retry_after`, seconds): the message waits no longer
    than its circuit does.
    """
    retry_after = min(retry_after, int(MOST_PATIENCE.total_seconds()))
    decision = _decide(message, code, retry_after=retry_after)
    if decision.of_transport:
        count_failure(message.channel, code, retry_after=retry_after, now=now)
    else:
        count_success(message.channel)
    with transaction.atomic():
        row = lock_row(Message.objects.all(), message.pk)
        row.lease = row.claimed_until = row.sending_at = None
        row.error_code = code
        row.settled_at = now
        row.status = MessageStatus.FAILED
        row.save()
        return _follow(row, code, decision, MessageStatus.FAILED, now=now)


def _decide(message: Message, code: str, *, retry_after: int = 0) -> Decision:
    return backoff.decide(
        message.channel,
        code,
        max(1, message.attempts),
        jitter=random.random(),  # noqa: S311
        retry_after=retry_after,
    )


def _follow(
    message: Message, code: str, decision: Decision, ended: MessageStatus, *, now: datetime
) -> MessageStatus:
    ours = decision.verdict is Verdict.CONFIGURATION
    if decision.delay is not None:
        again = now + timedelta(seconds=decision.delay)
        # What waits for a carrier that is away is to run out, like all that waits with it, where
        # staff have been asked already: they are not asked again because the last try came late.
        if again < message.expires_at or (decision.of_transport and staff_were_asked(message)):
            message.status = MessageStatus.PLANNED
            message.next_attempt_at = min(again, message.expires_at)
            message.settled_at = message.sending_at = None
            message.save()
            owe_told_too(message, not_before=again)
            if ours:
                _ask_to_mend(message, code, now=now)
            return MessageStatus.PLANNED
    owe_told_too(message, not_before=now)
    if decision.marks_address:
        BadAddress.objects.bulk_create(
            [BadAddress(channel=message.channel, address=message.to, code=code, at=now)],
            ignore_conflicts=True,
        )
    if decision.opted_out:
        opt_out(message.channel, message.to, source=f"carrier {code}", now=now)
    configuration = ours and decision.delay is None
    if not fall_back(message, now=now) or configuration:
        ask_staff(
            StaffTask.Kind.CONFIGURATION if configuration else StaffTask.Kind.MESSAGE,
            message=message,
            urgent=configuration,
            note=code,
            now=now,
        )
    return ended


def _ask_to_mend(message: Message, code: str, *, now: datetime) -> None:
    """All that is due meets the same: staff are asked once."""
    kind = StaffTask.Kind.CONFIGURATION
    if not StaffTask.objects.filter(kind=kind, note=code, done_at=None).exists():
        ask_staff(kind, message=message, urgent=True, note=code, now=now)
