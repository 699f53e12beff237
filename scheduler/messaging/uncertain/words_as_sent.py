"""How a text stands on the carrier's record: by its links, or else word for word."""

from dataclasses import dataclass

from django.conf import settings

from scheduler.messaging.compose import fill
from scheduler.messaging.message_secrets import secrets_of
from scheduler.messaging.models import Message
from scheduler.transports.base import Listed

LINKS = ("manage_link", "information_link", "request_link")


@dataclass(frozen=True, slots=True)
class WordsAsSent:
    """How a text may stand on the record: with one of these links, or else word for word."""

    links: frozenset[str]
    texts: frozenset[str]

    def are_in(self, listed: Listed) -> bool:
        body = listed.body.strip()
        return any(link in body for link in self.links) if self.links else body in self.texts


def words_as_sent(message: Message) -> WordsAsSent:
    """With every key: which one was the first when it left is not known."""
    filled = [secrets_of(message, keys=[key]) for key in settings.LINK_KEYS]
    texts = frozenset(fill(message.body, secrets).strip() for secrets in filled)
    links = frozenset(
        secrets[name] for secrets in filled for name in LINKS if f"[[{name}]]" in message.body
    )
    return WordsAsSent(links, texts)
