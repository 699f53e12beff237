"""Claim what is due, check it again, send it with no transaction open, write down what came of it.

A claim is a lease. `sending_at` is committed just before the network is touched: when a worker
dies, a lapsed lease without it is simply due again, and one with it is `uncertain`, because nobody
can know whether the message left. What is uncertain is never sent again by itself.
"""

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import F

from scheduler.clinic.models import Clinic
from scheduler.core.message_status import MessageStatus
from scheduler.messaging.compose import Composed, compose
from scheduler.messaging.delivery.channels import Transports
from scheduler.messaging.delivery.check import Drop, Postpone, check_message, with_address_status
from scheduler.messaging.delivery.claim import LEASE, Claim
from scheduler.messaging.delivery.outgoing import outgoing
from scheduler.messaging.delivery.record import accept, apply_delivery_status, record_refusal
from scheduler.messaging.delivery.release_lapsed import _uncertain
from scheduler.messaging.models import Message
from scheduler.transactions.row_locks import lock_row
from scheduler.transports.errors import Refused, Unknown

log = structlog.get_logger(__name__)


def deliver(claim: Claim, transports: Transports, clinic: Clinic, *, now: datetime) -> str:
    """See one claimed message through; what became of it, as a message status.

    A claim that was lost meanwhile is left alone ("lost").
    """
    message = _claimed(claim)
    if message is None:
        return "lost"
    transport = transports.get(message.channel)
    verdict = (
        Drop(MessageStatus.SUPPRESSED, "channel-off")
        if transport is None
        else check_message(message, clinic, now=now)
    )
    if isinstance(verdict, Drop):
        return _drop(claim, verdict, now=now)
    if isinstance(verdict, Postpone):
        return _postpone(claim, verdict)
    composed = compose(message, clinic)
    ready = outgoing(message, composed, clinic, now=now)
    if transport is None or not _begin(claim, composed, now=now):
        return "lost"
    message.attempts += 1
    status: str
    try:
        receipt = transport.send(ready)
    except Refused as refusal:
        status = record_refusal(message, refusal.code, now=now)
        log.warning("message refused", message=message.public_id.hex, code=refusal.code)
    except Unknown as doubt:
        _uncertain(message, doubt.code, now=now)
        status = MessageStatus.UNCERTAIN
        log.warning("message uncertain", message=message.public_id.hex, code=doubt.code)
    else:
        status = _accepted(claim, message, receipt.sid, now=now)
        log.info("message accepted", message=message.public_id.hex, kind=message.kind)
    return status


def _claimed(claim: Claim) -> Message | None:
    """The message with its appointment; who owns an answer or a request's news is read on use."""
    found = with_address_status(
        Message.objects.filter(pk=claim.message_id, lease=claim.lease, status=MessageStatus.CLAIMED)
    ).select_related(
        "appointment__visit_type",
        "appointment__provider",
        "appointment__contact",
        "appointment__patient",
    )
    return next(iter(found), None)


def _drop(claim: Claim, drop: Drop, *, now: datetime) -> str:
    Message.objects.filter(pk=claim.message_id, lease=claim.lease).update(
        status=drop.status, reason=drop.reason, settled_at=now, lease=None, claimed_until=None
    )
    return drop.status


def _postpone(claim: Claim, postpone: Postpone) -> str:
    Message.objects.filter(pk=claim.message_id, lease=claim.lease).update(
        status=MessageStatus.PLANNED,
        next_attempt_at=postpone.until,
        lease=None,
        claimed_until=None,
    )
    return MessageStatus.PLANNED


def _begin(claim: Claim, composed: Composed, *, now: datetime) -> bool:
    """Commit that sending begins, if the lease still holds, and renew it."""
    begun = Message.objects.filter(
        pk=claim.message_id,
        lease=claim.lease,
        status=MessageStatus.CLAIMED,
        claimed_until__gt=now,
        sending_at=None,
    ).update(
        sending_at=now,
        claimed_until=now + LEASE,
        attempts=F("attempts") + 1,
        subject=composed.subject,
        body=composed.text,
    )
    return begun == 1


def _accepted(claim: Claim, message: Message, sid: str, *, now: datetime) -> str:
    # While the claim stands, no callback has told of this sid: each one settles the message.
    ours = Message.objects.filter(pk=message.pk, lease=claim.lease, status=MessageStatus.CLAIMED)
    if ours.update(
        status=MessageStatus.ACCEPTED,
        sid=sid,
        accepted_at=now,
        lease=None,
        claimed_until=None,
        settled_at=None,
        error_code="",
    ):
        return MessageStatus.ACCEPTED
    with transaction.atomic():
        row = lock_row(Message.objects.all(), message.pk)
        # Unless a callback was quicker than this commit, and all that follows from it is done.
        if row.status in {MessageStatus.CLAIMED, MessageStatus.UNCERTAIN}:
            accept(row, sid, at=now, now=now)
        return apply_delivery_status(row, now=now)
