"""Claim what is due: a lease, so that no two workers send the same message."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Q

from scheduler.clinic.current import this_clinic
from scheduler.core.message_status import MessageStatus
from scheduler.messaging.models import Channel, Message, SenderRate
from scheduler.messaging.plan import CODE

log = structlog.get_logger(__name__)

# Far above the transports' time-outs, so that a lease never lapses under a sender that lives.
LEASE = timedelta(minutes=2)
BURST = 5
# Of what is due while sending is paused, only codes leave: somebody is waiting for one right now.
MAY_LEAVE = Q(kind=CODE) | ~Exists(this_clinic().filter(sending_paused_at__isnull=False))


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
