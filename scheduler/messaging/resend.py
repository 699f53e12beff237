"""Send a message once more, the same way or the other, because staff say so."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from scheduler.booking.models import Appointment
from scheduler.core.message_status import MessageStatus
from scheduler.core.refusal import Audience, Refusal
from scheduler.messaging.address_status import address_status
from scheduler.messaging.channel_traits import TRAITS, address_of
from scheduler.messaging.delivery.check import request_status
from scheduler.messaging.models import Channel, Message
from scheduler.messaging.next_kind import next_kind
from scheduler.messaging.plan import CODE, LINKS, STAFF_REPLY, is_reminder, template_of
from scheduler.transactions.row_locks import lock_row
from scheduler.worklist.models import StaffTask

USEFUL_FOR = timedelta(hours=1)
NEEDS_NO_CONSENT = {CODE, LINKS}
_ENDED = {
    MessageStatus.ACCEPTED,
    MessageStatus.DELIVERED,
    MessageStatus.UNDELIVERED,
    MessageStatus.FAILED,
    MessageStatus.UNCERTAIN,
    MessageStatus.SUPPRESSED,
    MessageStatus.EXPIRED,
}


class CannotResend(Refusal):
    """It can't be sent once more; `reason` says why."""

    code = "not-resent"
    met_by = Audience.STAFF
    reasons = (
        "is-a-code",
        "under-way",
        "looked-up",
        "cannot-tell",
        "visit-changed",
        "request-changed",
        "answers-a-text",
        "no-number",
        "no-mail-address",
        "opted-out",
        "unusable",
        "not-agreed",
    )

    def __init__(self, reason: str) -> None:
        super().__init__(reason, reason=reason)


def resend(message_id: int, *, channel: str | None = None, by: User, now: datetime) -> Message:
    """Owe the same words again now, by the same channel unless told; tasks about it are done.

    The old row stays as it is. Whether it is still true, agreed to and useful is asked once more
    at the moment of sending. A text that may have left is not sent a second time: it leaves by
    itself once it is known that it did not. Raises CannotResend.
    """
    with transaction.atomic():
        old = lock_row(Message.objects.all(), message_id)
        channel = channel or old.channel
        _check(old, channel)
        to = old.to if channel == old.channel else _other_address(old, channel)
        _check_address(old, channel, to)
        again = Message.objects.create(
            appointment=old.appointment,
            contact_request=old.contact_request,
            inbound=old.inbound,
            kind=next_kind(old.kind, _siblings(old)),
            channel=channel,
            sequence=old.sequence,
            to=to,
            language=old.language,
            words=old.words,
            old_starts_at=old.old_starts_at,
            due_at=now,
            next_attempt_at=now,
            expires_at=_useful_until(old, now),
            created_at=now,
        )
        StaffTask.objects.filter(message=old, done_at=None).update(done_at=now, done_by=by.pk)
        return again


def other_channel(channel: str) -> str:
    return TRAITS[channel].instead


def _check(old: Message, channel: str) -> None:
    if template_of(old.kind) == CODE:
        raise CannotResend("is-a-code")
    if MessageStatus(old.status) not in _ENDED:
        raise CannotResend("under-way")
    if old.status == MessageStatus.UNCERTAIN and old.channel == channel == Channel.SMS:
        raise CannotResend("looked-up" if old.look_up_at else "cannot-tell")
    appointment = old.appointment
    moved = appointment is not None and appointment.sequence != old.sequence
    if moved and template_of(old.kind) not in {LINKS, STAFF_REPLY}:
        raise CannotResend("visit-changed")
    request = old.contact_request
    if request is not None and request.status != request_status(old.kind):
        raise CannotResend("request-changed")


def _other_address(old: Message, channel: str) -> str:
    if template_of(old.kind) == STAFF_REPLY or old.inbound is not None:
        raise CannotResend("answers-a-text")
    owner = old.contact_request or (old.appointment.contact if old.appointment else None)
    to = address_of(owner, channel) if owner else ""
    if not to:
        raise CannotResend("no-number" if channel == Channel.SMS else "no-mail-address")
    return to


def _check_address(old: Message, channel: str, to: str) -> None:
    standing = address_status(channel, to)
    needs_consent = old.appointment is not None and template_of(old.kind) not in NEEDS_NO_CONSENT
    if standing.stopped or standing.paused:
        raise CannotResend("opted-out")
    if standing.reminders_stopped and is_reminder(old.kind):
        raise CannotResend("opted-out")
    if standing.unusable:
        raise CannotResend("unusable")
    if needs_consent and not standing.agreed:
        raise CannotResend("not-agreed")


def _siblings(old: Message) -> QuerySet[Message]:
    return Message.objects.filter(
        appointment=old.appointment, contact_request=old.contact_request, inbound=old.inbound
    )


def _useful_until(old: Message, now: datetime) -> datetime:
    visit: Appointment | None = old.appointment
    return max(visit.starts_at if visit else old.expires_at, now + USEFUL_FOR)
