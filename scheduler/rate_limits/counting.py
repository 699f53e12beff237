"""Count numbers and networks without keeping them, and one at a time."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings

from scheduler.core.keyed_digest import pseudonym
from scheduler.core.refusal import Audience, Refusal
from scheduler.transactions.lock_order import Key
from scheduler.transactions.locks import Lock, exclusive, key_of

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class CodeLimit(Refusal):
    """No more codes for now. `retry_after` is in seconds; `scope`, which is the reason, is contact,
    hold, network or clinic."""

    code = "code-limit"
    status = 429
    field = "patient"
    met_by = Audience.PATIENT | Audience.API
    reasons = ("contact", "hold", "network", "clinic")
    retry_after: int

    def __init__(self, scope: str, retry_after: timedelta) -> None:
        super().__init__(scope, reason=scope, retry_after=int(retry_after.total_seconds()))
        self.scope = scope


def digest(kind: str, value: str) -> str:
    return pseudonym(settings.LINK_KEYS, kind, value)


def locks_of(contacts: Iterable[str], network: str) -> list[Key]:
    """What keeps the codes of these contacts and this network in a row; before any other lock."""
    return [
        *((Lock.CONTACT, key_of("contact", contact)) for contact in contacts),
        (Lock.NETWORK, key_of("network", network)),
    ]


def lock(contacts: Iterable[str], network: str) -> None:
    """Take the locks of `locks_of`."""
    exclusive(*locks_of(contacts, network))
