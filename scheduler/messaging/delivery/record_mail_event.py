"""What a mail service tells of a mail after it took it: arrived, came back, reported as spam."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from django.db import transaction

from scheduler.core.message_status import MessageStatus
from scheduler.messaging.consent.opt_out import opt_out
from scheduler.messaging.delivery.record import record_delivery
from scheduler.messaging.models import BadAddress, Channel, Message
from scheduler.transports.mail_refusals import NO_SUCH_MAILBOX, NOT_THIS_MAIL
from scheduler.worklist.ask_staff import ask_staff
from scheduler.worklist.models import StaffTask


class MailNews(Enum):
    """What became of a mail. `BOUNCED`: its address does not work; `REFUSED`: it was not taken, and
    that says nothing against the address."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"
    REFUSED = "refused"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"


@dataclass(frozen=True, slots=True)
class MailEvent:
    """`message_id` is our public id in hexadecimal digits, or "" where the service lost it; then
    the last mail to `recipient` is meant."""

    news: MailNews
    recipient: str
    message_id: str = ""


_STATUS = {
    MailNews.DELIVERED: ("delivered", ""),
    MailNews.BOUNCED: ("undelivered", NO_SUCH_MAILBOX),
    MailNews.REFUSED: ("failed", NOT_THIS_MAIL),
}


def record_mail_event(event: MailEvent, *, now: datetime) -> bool:
    """Take one event; False where it is of no mail of ours. Any order and any repeat end the same.

    What bounced marks the address, a complaint opts it out of mail, and both are left to staff.
    """
    with transaction.atomic():
        message = _message_of(event)
        if message is None:
            return False
        if event.news in _STATUS:
            status, code = _STATUS[event.news]
            public_id = message.public_id.hex
            after = record_delivery(public_id, message.sid or public_id, status, code, now=now)
            if event.news is MailNews.BOUNCED:
                told = after == MessageStatus.UNDELIVERED
                _mark(message, told=told, now=now)
        else:
            _stop(message, event.news, now=now)
        return True


def _message_of(event: MailEvent) -> Message | None:
    mails = Message.objects.filter(channel=Channel.EMAIL)
    if event.message_id:
        try:
            return mails.filter(public_id=UUID(hex=event.message_id)).first()
        except ValueError:
            return None
    sent = mails.filter(to=event.recipient, accepted_at__isnull=False)
    return sent.order_by("-accepted_at").first()


def _mark(message: Message, *, told: bool, now: datetime) -> None:
    """Also where the other side had taken the mail first and sent it back afterwards; then staff
    were not `told` yet."""
    _bad, created = BadAddress.objects.get_or_create(
        channel=message.channel,
        address=message.to,
        defaults={"code": NO_SUCH_MAILBOX, "at": now},
    )
    if created and not told:
        ask_staff(StaffTask.Kind.MESSAGE, message=message, note=NO_SUCH_MAILBOX, now=now)


def _stop(message: Message, news: MailNews, *, now: datetime) -> None:
    stopped = opt_out(message.channel, message.to, source=f"mail {news.value}", now=now)
    if stopped and news is MailNews.COMPLAINED:
        ask_staff(StaffTask.Kind.COMPLAINT, message=message, now=now)
