"""Staff answer a text, or write one, in words of their own."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from scheduler.booking.models import Appointment
from scheduler.clinic.current import current_clinic
from scheduler.core.refusal import Audience, Refusal
from scheduler.core.status import AppointmentStatus
from scheduler.core.template_check import Problem, check_reply
from scheduler.messaging.address_status import address_status
from scheduler.messaging.compose import compose
from scheduler.messaging.models import Channel, Message
from scheduler.messaging.next_kind import next_kind
from scheduler.messaging.plan import STAFF_REPLY
from scheduler.messaging.templates.overrides import words_of_conditions
from scheduler.replies.models import InboundText
from scheduler.transactions.locks import Lock, exclusive, key_of
from scheduler.worklist.models import StaffTask

SMS = Channel.SMS.value
# Who wrote to us lately is answered; later it takes their consent, as for any other text.
ANSWERED_WITHIN = timedelta(days=7)
USEFUL_FOR = timedelta(hours=12)
TWICE_WITHIN = timedelta(minutes=2)
GONE = (AppointmentStatus.HELD, AppointmentStatus.EXPIRED)


class ReplyRefused(Exception):
    """The words may not go out; `problems` say why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.words for problem in problems))
        self.problems = problems


class MayNotText(Refusal):
    """The number has opted out, can't be texted, or neither wrote lately nor agreed to texts;
    `reason` says which."""

    code = "may-not-text"
    met_by = Audience.STAFF
    reasons = ("opted-out", "paused", "unusable", "not-agreed")

    def __init__(self, reason: str) -> None:
        super().__init__(reason, reason=reason)


def as_it_leaves(words: str, language: str) -> str:
    """The whole text that free words become, with the clinic's name and the way to stop."""
    return compose(_text(words, language), current_clinic()).text


def problems_of(words: str, language: str) -> list[Problem]:
    """What speaks against the words; nothing: they may go out."""
    if not words.strip():
        return [Problem("empty", "Write something.")]
    if len(words) > 600:
        return [Problem("length", "This is much too long for a text.")]
    return check_reply(as_it_leaves(words.strip(), language), private=words_of_conditions())


def reply_by_staff(number: str, words: str, *, by: User, now: datetime) -> Message:
    """Text the number these words, now; it settles what waits for a reply to it.

    The same words twice within two minutes are one text. Raises ReplyRefused and MayNotText.
    """
    words = words.replace("\r\n", "\n").strip()
    with transaction.atomic():
        exclusive((Lock.CONTACT, key_of("contact", number)))
        text = _text(words, language_of(number))
        owner = _owner(number, now=now)
        problems = problems_of(words, text.language)
        if problems:
            raise ReplyRefused(problems)
        lately = Message.objects.filter(to=number, words=words, created_at__gt=now - TWICE_WITHIN)
        if earlier := lately.first():
            return earlier
        for field, value in owner.items():
            setattr(text, field, value)
        text.kind = next_kind(STAFF_REPLY, Message.objects.filter(**owner))
        text.sequence = text.appointment.sequence if text.appointment else 0
        text.to, text.created_at = number, now
        text.due_at = text.next_attempt_at = now
        text.expires_at = now + USEFUL_FOR
        text.save()
        StaffTask.objects.filter(
            kind=StaffTask.Kind.REPLY, inbound__from_number=number, done_at=None
        ).update(done_at=now, done_by=by.pk)
        return text


def language_of(number: str) -> str:
    """The language that this number was last written to in, English for a stranger."""
    last = Message.objects.filter(to=number).order_by("-created_at", "-pk").first()
    return last.language if last else "en"


def _text(words: str, language: str) -> Message:
    return Message(kind=STAFF_REPLY, channel=SMS, language=language, words=words)


def _owner(number: str, *, now: datetime) -> dict[str, Any]:
    """What the text belongs to: the last one they sent, or a visit of who has this number."""
    standing = address_status(SMS, number)
    if standing.stopped:
        raise MayNotText("opted-out")
    if standing.paused:
        raise MayNotText("paused")
    if standing.unusable:
        raise MayNotText("unusable")
    inbound = InboundText.objects.filter(
        from_number=number, received_at__gt=now - ANSWERED_WITHIN
    ).order_by("-received_at", "-pk")
    if (last := inbound.first()) is not None:
        return {"inbound": last}
    visits = Appointment.objects.filter(contact__phone=number).exclude(status__in=GONE)
    visit = visits.order_by("-starts_at").first()
    if visit is None or not standing.agreed:
        raise MayNotText("not-agreed")
    return {"appointment": visit}
