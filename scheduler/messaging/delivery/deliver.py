"""Claim what is due, check it again, send it with no transaction open, write down what came of it.

A claim is a lease. `sending_at` is committed just before the network is touched: when a worker
dies, a lapsed lease without it is simply due again, and one with it is `uncertain`, because nobody
can know whether the message left. What is uncertain is looked up (`settle_uncertain`), and sent
again only if it surely did not leave.
"""

from dataclasses import replace
from datetime import datetime

import structlog
from django.db import transaction

from scheduler.clinic.models import Clinic
from scheduler.core import gsm7
from scheduler.core.message_status import MessageStatus
from scheduler.messaging.compose import Composed, compose
from scheduler.messaging.delivery.begin import begin, call_off, leave_by
from scheduler.messaging.delivery.channels import Transports
from scheduler.messaging.delivery.check import A_MOMENT, Drop, Postpone, check_message
from scheduler.messaging.delivery.circuit import CLOSED, UNTRIED, count_failure
from scheduler.messaging.delivery.claim import Claim
from scheduler.messaging.delivery.mark_uncertain import mark_uncertain
from scheduler.messaging.delivery.outgoing import outgoing
from scheduler.messaging.delivery.read import ToSend, read_to_send
from scheduler.messaging.delivery.record import accept, apply_delivery_status, record_refusal
from scheduler.messaging.delivery.told_too import begin_together
from scheduler.messaging.models import Channel, Message
from scheduler.transactions.row_locks import lock_row
from scheduler.transactions.statements import change_planned, change_rows
from scheduler.transports.errors import Refused, TooLate, Unknown

log = structlog.get_logger(__name__)

_ACCEPT = f"""
    WITH {CLOSED}
    UPDATE scheduler_message
       SET status = 'accepted', sid = %(sid)s, accepted_at = %(now)s, lease = NULL,
           claimed_until = NULL, settled_at = NULL, error_code = ''
     WHERE id = %(id)s AND lease = %(lease)s AND status = 'claimed'
"""  # noqa: S608
_KEEP_BACK = f"""
    WITH {UNTRIED}
    UPDATE scheduler_message
       SET status = %(status)s, reason = %(reason)s, settled_at = %(settled_at)s,
           next_attempt_at = coalesce(%(until)s, next_attempt_at), lease = NULL,
           claimed_until = NULL
     WHERE id = %(id)s AND lease = %(lease)s
"""  # noqa: S608


def deliver(claim: Claim, transports: Transports, clinic: Clinic, *, now: datetime) -> str:
    """See one claimed message through; what became of it, as a message status.

    A claim that was lost meanwhile is left alone ("lost").
    """
    found = _claimed(claim, clinic, now=now)
    if found is None:
        return "lost"
    message = found.message
    transport = transports.get(message.channel)
    verdict = (
        Drop(MessageStatus.SUPPRESSED, "channel-off")
        if transport is None
        else check_message(message, found.recipient, clinic, now=now)
    )
    if verdict is not None:
        return _keep_back(claim, message.channel, verdict, now=now)
    composed = compose(message, clinic, found.overrides, found.told_too)
    ready = outgoing(message, composed, clinic, found.links, now=now)
    segments = gsm7.segments(ready.text) if message.channel == Channel.SMS else None
    if transport is None or not _begin(claim, found, composed, segments=segments, now=now):
        return _not_begun(claim, clinic, now=now)
    ready = replace(ready, leave_by=leave_by(claim, message.channel))
    message.attempts += 1
    status: str
    try:
        receipt = transport.send(ready)
    except TooLate:
        status = MessageStatus.PLANNED if call_off(claim) else "lost"
        log.warning("message held up", message=message.public_id.hex)
    except Refused as refusal:
        status = record_refusal(message, refusal.code, retry_after=refusal.retry_after, now=now)
        log.warning("message refused", message=message.public_id.hex, code=refusal.code)
    except Unknown as doubt:
        count_failure(message.channel, doubt.code, now=now)
        mark_uncertain(message, doubt.code, note=doubt.said, now=now)
        status = MessageStatus.UNCERTAIN
        log.warning("message uncertain", message=message.public_id.hex, code=doubt.code)
    else:
        status = _accepted(claim, message, receipt.sid, now=now)
        log.info("message accepted", message=message.public_id.hex, kind=message.kind)
    return status


def _begin(
    claim: Claim, found: ToSend, composed: Composed, *, segments: int | None, now: datetime
) -> bool:
    channel, told_too = found.message.channel, found.told_too
    if told_too:
        return begin_together(claim, channel, composed, told_too, segments=segments, now=now)
    return begin(claim, channel, composed, segments=segments, now=now)


def _claimed(claim: Claim, clinic: Clinic, *, now: datetime) -> ToSend | None:
    found = read_to_send(claim.message_id, clinic, now=now)
    if found is None:
        return None
    held = (found.message.lease, found.message.status) == (claim.lease, MessageStatus.CLAIMED)
    return found if held else None


def _not_begun(claim: Claim, clinic: Clinic, *, now: datetime) -> str:
    """Something came between the check and the sending: they took back what they had agreed to,
    another text names this visit, one that it names changed; or the claim was lost, as it is by
    whoever keeps the message back."""
    found = _claimed(claim, clinic, now=now)
    if found is None:
        return "lost"
    verdict = check_message(found.message, found.recipient, clinic, now=now)
    if verdict is None and found.told_too:
        verdict = Postpone(now + A_MOMENT)
    if verdict is None:
        return "lost"
    return _keep_back(claim, found.message.channel, verdict, now=now)


def _keep_back(
    claim: Claim, channel: str, verdict: Drop | Postpone, *, now: datetime
) -> MessageStatus:
    values = {"id": claim.message_id, "lease": claim.lease, "channel": channel}
    if isinstance(verdict, Postpone):
        status = MessageStatus.PLANNED
        values |= {"reason": "", "settled_at": None, "until": verdict.until}
    else:
        status = verdict.status
        values |= {"reason": verdict.reason, "settled_at": now, "until": None}
    change_rows(_KEEP_BACK, values | {"status": status})
    return status


def _accepted(claim: Claim, message: Message, sid: str, *, now: datetime) -> str:
    # While the claim stands, no callback has told of this sid: each one settles the message.
    values = {
        "id": claim.message_id,
        "lease": claim.lease,
        "channel": message.channel,
        "sid": sid,
        "now": now,
    }
    if change_planned(_ACCEPT, values):
        return MessageStatus.ACCEPTED
    with transaction.atomic():
        row = lock_row(Message.objects.all(), message.pk)
        # Unless a callback was quicker than this commit, and all that follows from it is done.
        if row.status in {MessageStatus.CLAIMED, MessageStatus.UNCERTAIN}:
            accept(row, sid, at=now, now=now)
        return apply_delivery_status(row, now=now)
