"""Tell whether a text that may have left is on the carrier's record.

The links of a text name it. One without links is known by its whole words, which others to the
same number may share: then those that are known already are set aside, and what is left must be as
many as may be meant. Whatever stays open is told as such, and never taken for an answer.
"""

from collections.abc import Iterable, Sequence
from enum import Enum

from django.db.models import Q

from scheduler.messaging.models import Channel, DeliveryEvent, Message
from scheduler.messaging.uncertain.words_as_sent import words_as_sent
from scheduler.transports.base import Listed


class Missing(Enum):
    """The text was not found: it is not there, or nobody can say."""

    ABSENT = "absent"
    SEVERAL = "list-several"
    """Several texts have its words, or several messages these words: which is which stays open."""
    UNKNOWN_TEXTS = "list-unknown"
    """There are texts to the number that are none of ours, as far as we know."""


def recognize(message: Message, listed: Sequence[Listed]) -> Listed | Missing:
    """The one of all texts `listed` to the message's number that is this message."""
    strange = _strange(listed)
    words = words_as_sent(message)
    found = sorted((one for one in strange if words.are_in(one)), key=lambda one: one.at)
    others = {other: words_as_sent(other) for other in _in_doubt(message)}
    if not found:
        explained = all(any(theirs.are_in(one) for theirs in others.values()) for one in strange)
        return Missing.ABSENT if explained else Missing.UNKNOWN_TEXTS
    alike = [other for other, theirs in others.items() if any(map(theirs.are_in, found))]
    meant = [message, *alike]
    if len(found) != len(meant):
        return Missing.SEVERAL
    # All of them left, with the same words to the same number: one is as good as the other.
    return found[sorted(meant, key=_when_begun).index(message)]


def _strange(listed: Iterable[Listed]) -> list[Listed]:
    """Those that are not known to be some message of ours."""
    by_sid = {one.sid: one for one in listed}
    known = set(Message.objects.filter(sid__in=by_sid).values_list("sid", flat=True))
    known |= set(DeliveryEvent.objects.filter(sid__in=by_sid).values_list("sid", flat=True))
    return [one for sid, one in by_sid.items() if sid not in known]


def _in_doubt(message: Message) -> list[Message]:
    """The other texts to the number that may have left, and of which no more is known."""
    begun = Q(attempts__gt=0) | Q(sending_at__isnull=False)
    others = Message.objects.filter(begun, channel=Channel.SMS, to=message.to, sid="")
    return list(others.exclude(pk=message.pk))


def _when_begun(message: Message) -> tuple[object, int]:
    return message.sending_at or message.created_at, message.pk
