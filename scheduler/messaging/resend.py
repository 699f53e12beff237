"""Send a message once more, the same way or the other, because staff say so."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from scheduler.booking.models import Appointment
from scheduler.core.message_status import MessageStatus
from scheduler.messaging.address_status import address_status
from scheduler.messaging.delivery.check import request_status
from scheduler.messaging.models import Channel, Message
from scheduler.messaging.next_kind import next_kind
from scheduler.messaging.plan import CODE, LINKS, STAFF_REPLY, template_of
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


class CannotResend(Exception):
    """It can't be sent once more; the text says why, in words for staff."""


def resend(message_id: int, *, channel: str | None = None, by: User, now: datetime) -> Message:
    """Owe the same words again now, by the same channel unless told; tasks about it are done.

    The old row stays as it is. Whether it is still true, agreed to and useful is asked once more
    at the moment of sending. Raises CannotResend.
    """
    with transaction.atomic():
        old = lock_row(Message.objects.all(), message_id)
        channel = channel or old.channel
        _check(old)
        to = old.to if channel == old.channel else _other_address(old, channel)
        _check_address(old, channel, to)
        again = Message.objects.create(
            appointment=old.appointment,
            contact_request=old.contact_request,
            inbound=old.inbound,
            kind=next_kind(old.kind, _siblings(old)),
            channel=channel,
            sequence=old.sequence,
            urgent=True,
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
    return Channel.EMAIL.value if channel == Channel.SMS else Channel.SMS.value


def _check(old: Message) -> None:
    if template_of(old.kind) == CODE:
        raise CannotResend("A code is asked for again on the booking page.")
    if MessageStatus(old.status) not in _ENDED:
        raise CannotResend("It is still on its way, or no longer true.")
    appointment = old.appointment
    moved = appointment is not None and appointment.sequence != old.sequence
    if moved and template_of(old.kind) not in {LINKS, STAFF_REPLY}:
        raise CannotResend("The visit has changed since: this is no longer true.")
    request = old.contact_request
    if request is not None and request.status != request_status(old.kind):
        raise CannotResend("The request has changed since: this is no longer true.")


def _other_address(old: Message, channel: str) -> str:
    if template_of(old.kind) == STAFF_REPLY or old.inbound is not None:
        raise CannotResend("An answer to a text goes by text. Call, or write a mail by hand.")
    owner = old.contact_request or (old.appointment.contact if old.appointment else None)
    given = {Channel.SMS: str(owner.phone), Channel.EMAIL: owner.email} if owner else {}
    to = given.get(Channel(channel), "")
    if not to:
        missing = "mobile number" if channel == Channel.SMS else "mail address"
        raise CannotResend(f"We know no {missing} of theirs.")
    return to


def _check_address(old: Message, channel: str, to: str) -> None:
    standing = address_status(channel, to)
    needs_consent = old.appointment is not None and template_of(old.kind) not in NEEDS_NO_CONSENT
    if standing.stopped or standing.paused:
        raise CannotResend("They have opted out of this.")
    if standing.unusable:
        raise CannotResend("The carrier calls this number or address unusable.")
    if needs_consent and not standing.agreed:
        raise CannotResend("They have not agreed to be written to this way.")


def _siblings(old: Message) -> QuerySet[Message]:
    return Message.objects.filter(
        appointment=old.appointment, contact_request=old.contact_request, inbound=old.inbound
    )


def _useful_until(old: Message, now: datetime) -> datetime:
    visit: Appointment | None = old.appointment
    return max(visit.starts_at if visit else old.expires_at, now + USEFUL_FOR)
