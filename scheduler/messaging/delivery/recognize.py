"""Tell whether a text that may have left is on the carrier's record.

The links of a text name it. One without links is known by its whole words, which others to the
same number may share: then those that are known already are set aside, and what is left must be as
many as may be meant. Whatever stays open is told as such, and never taken for an answer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from django.conf import settings
from django.db.models import Q

from scheduler.messaging.compose import fill
from scheduler.messaging.message_secrets import secrets_of
from scheduler.messaging.models import Channel, DeliveryEvent, Message
from scheduler.transports.base import Listed

LINKS = ("manage_link", "information_link", "request_link")


class Missing(Enum):
    """The text was not found: it is not there, or nobody can say."""

    ABSENT = "absent"
    SEVERAL = "list-several"
    """Several texts have its words, or several messages these words: which is which stays open."""
    UNKNOWN_TEXTS = "list-unknown"
    """There are texts to the number that are none of ours, as far as we know."""


@dataclass(frozen=True, slots=True)
class _Words:
    """How a text may stand on the record: with one of these links, or else word for word."""

    links: frozenset[str]
    texts: frozenset[str]

    def are_in(self, listed: Listed) -> bool:
        body = listed.body.strip()
        return any(link in body for link in self.links) if self.links else body in self.texts


def recognize(message: Message, listed: Sequence[Listed]) -> Listed | Missing:
    """The one of all texts `listed` to the message's number that is this message."""
    strange = _strange(listed)
    words = _words_of(message)
    found = sorted((one for one in strange if words.are_in(one)), key=lambda one: one.at)
    others = {other: _words_of(other) for other in _in_doubt(message)}
    if not found:
        explained = all(any(theirs.are_in(one) for theirs in others.values()) for one in strange)
        return Missing.ABSENT if explained else Missing.UNKNOWN_TEXTS
    meant = [
        message,
        *(other for other, theirs in others.items() if any(map(theirs.are_in, found))),
    ]
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
    related = ("appointment", "contact_request", "inbound__appointment")
    return list(others.exclude(pk=message.pk).select_related(*related))


def _words_of(message: Message) -> _Words:
    """With every key: which one was the first when it left is not known."""
    filled = [secrets_of(message, keys=[key]) for key in settings.LINK_KEYS]
    texts = frozenset(fill(message.body, secrets).strip() for secrets in filled)
    links = frozenset(
        secrets[name] for secrets in filled for name in LINKS if f"[[{name}]]" in message.body
    )
    return _Words(links, texts)


def _when_begun(message: Message) -> tuple[object, int]:
    return message.sending_at or message.created_at, message.pk
