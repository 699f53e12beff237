"""Claim what is due, check it again, send it with no transaction open, write down what came of it.

A claim is a lease. `sending_at` is committed just before the network is touched: when a worker
dies, a lapsed lease without it is simply due again, and one with it is `uncertain`, because nobody
can know whether the message left. What is uncertain is never sent again by itself.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Q

from scheduler.actions.channels import Transports
from scheduler.actions.check_message import Drop, Postpone, check_message, with_standing
from scheduler.actions.compose import Composed, compose, outgoing
from scheduler.actions.locks import lock_row
from scheduler.actions.plan_messages import CODE
from scheduler.actions.record_delivery import accept, record_refusal, settle
from scheduler.actions.staff_tasks import ask_staff
from scheduler.core.status import MessageStatus
from scheduler.models import Clinic, Message, SenderRate, StaffTask
from scheduler.models.patient import Channel
from scheduler.queries.current_clinic import this_clinic
from scheduler.transports.base import Refused, Unknown

# Far above the transports' time-outs, so that a lease never lapses under a sender that lives.
LEASE = timedelta(minutes=2)
BURST = 5
# Of what is due while sending is paused, only codes leave: somebody is waiting for one right now.
MAY_LEAVE = Q(kind=CODE) | ~Exists(this_clinic().filter(sending_paused_at__isnull=False))
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    message_id: int
    lease: uuid.UUID


def claim_due(channel: str, *, limit: int, now: datetime) -> list[Claim]:
    """Claim up to `limit` due messages of a channel, answers to people first.

    Two workers never get the same one. Texts through Twilio are held to the sender's rate,
    whoever claims them.
    """
    lease = uuid.uuid4()
    claims: list[Claim] = []
    with transaction.atomic():
        rated = channel == Channel.SMS and settings.SMS_TRANSPORT == "twilio"
        limit = min(limit, _allowance(now)) if rated else limit
        for urgent in (True, False):
            claims += _claim(channel, urgent, limit - len(claims), lease, now)
        if rated and claims:
            _spend(len(claims), now)
    return claims


def _claim(channel: str, urgent: bool, limit: int, lease: uuid.UUID, now: datetime) -> list[Claim]:
    if limit <= 0:
        return []
    due = (
        Message.objects.filter(
            MAY_LEAVE,
            status=MessageStatus.PLANNED,
            channel=channel,
            urgent=urgent,
            next_attempt_at__lte=now,
        )
        .order_by("next_attempt_at")
        .select_for_update(skip_locked=True)
        .values_list("pk", flat=True)[:limit]
    )
    ids = list(due)
    if ids:
        Message.objects.filter(pk__in=ids).update(
            status=MessageStatus.CLAIMED, lease=lease, claimed_until=now + LEASE, sending_at=None
        )
    return [Claim(pk, lease) for pk in ids]


def give_back(claims: list[Claim]) -> None:
    """Make due again what was claimed and not begun: whoever claimed it is held up."""
    Message.objects.filter(
        pk__in=[claim.message_id for claim in claims],
        lease__in={claim.lease for claim in claims},
        status=MessageStatus.CLAIMED,
        sending_at=None,
    ).update(status=MessageStatus.PLANNED, lease=None, claimed_until=None)


def is_due(channel: str, *, now: datetime) -> bool:
    return Message.objects.filter(
        MAY_LEAVE, status=MessageStatus.PLANNED, channel=channel, next_attempt_at__lte=now
    ).exists()


def _allowance(now: datetime) -> int:
    """How many texts the sender may hand over now; the row stays locked, others get none."""
    SenderRate.objects.bulk_create(
        [SenderRate(sender="sms", next_at=now - timedelta(days=1))], ignore_conflicts=True
    )
    rate = SenderRate.objects.select_for_update(skip_locked=True).filter(sender="sms").first()
    if rate is None or rate.next_at > now:
        return 0
    earned = (now - rate.next_at).total_seconds() * settings.SMS_PER_SECOND
    return min(BURST, int(earned) + 1)


def _spend(count: int, now: datetime) -> None:
    each = timedelta(seconds=1 / settings.SMS_PER_SECOND)
    rate = SenderRate.objects.get(sender="sms")
    rate.next_at = max(rate.next_at, now - (BURST - 1) * each) + count * each
    rate.save(update_fields=["next_at"])


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
    found = with_standing(
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
        return settle(row, now=now)


def _uncertain(message: Message, code: str, *, now: datetime) -> bool:
    """Leave the claim to staff; False where it does not stand any more."""
    with transaction.atomic():
        # Not where it was settled, and perhaps claimed anew, since the claim was read.
        changed = Message.objects.filter(
            pk=message.pk, lease=message.lease, status=MessageStatus.CLAIMED
        ).update(
            status=MessageStatus.UNCERTAIN,
            error_code=code,
            settled_at=now,
            lease=None,
            claimed_until=None,
        )
        if changed:
            ask_staff(StaffTask.Kind.UNCERTAIN, message=message, now=now)
    return changed == 1


def release_lapsed(*, now: datetime) -> tuple[int, int]:
    """Take back what dead workers claimed: (due again, uncertain)."""
    lapsed = Message.objects.filter(status=MessageStatus.CLAIMED, claimed_until__lte=now)
    doubtful = 0
    for message in lapsed.filter(sending_at__isnull=False):
        doubtful += _uncertain(message, "worker-lost", now=now)
    again = lapsed.filter(sending_at__isnull=True).update(
        status=MessageStatus.PLANNED, lease=None, claimed_until=None
    )
    return again, doubtful
