"""The same Idempotency-Key books once; who repeats the call gets the first answer again."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from scheduler.booking.models import Appointment
from scheduler.core.keyed_digest import pseudonym
from scheduler.core.refusal import Audience, Refusal
from scheduler.transactions.locks import Lock, key_of
from scheduler.transactions.models import IdempotencyKey

KEPT = timedelta(hours=24)


class Replay(Exception):
    """This key has booked already: `reference` is the appointment's, and `answer` is what was said
    then, without its links."""

    def __init__(self, reference: str, answer: dict[str, Any]) -> None:
        super().__init__("already answered")
        self.reference = reference
        self.answer = answer


class KeyReused(Refusal):
    """The key came before, with another body."""

    code = "key-reused"
    status = 422
    field = "Idempotency-Key"
    met_by = Audience.STAFF | Audience.API


@dataclass(frozen=True, slots=True)
class IdempotentCall:
    """One call that may come several times. `answer_of` gives the answer to keep."""

    key: str
    body: bytes
    answer_of: Callable[[Appointment], dict[str, Any]]

    @property
    def lock(self) -> tuple[Lock, int]:
        """What twins of this call wait for, until the booking's transaction ends."""
        return Lock.IDEMPOTENCY, key_of(self._digest)

    def check(self, *, now: datetime) -> None:
        """Under that lock: raises Replay or KeyReused if a twin of this call has booked."""
        known = IdempotencyKey.objects.filter(digest=self._digest).first()
        if known is None or known.at <= now - KEPT:
            return
        if known.body_digest != self._body_digest:
            raise KeyReused
        raise Replay(known.reference, known.answer)

    def remember(self, appointment: Appointment, *, now: datetime) -> None:
        """Keep the answer, in the place of one that is too old to be given again."""
        answer = IdempotencyKey(
            digest=self._digest,
            body_digest=self._body_digest,
            reference=appointment.reference,
            answer=self.answer_of(appointment),
            at=now,
        )
        IdempotencyKey.objects.bulk_create(
            [answer],
            update_conflicts=True,
            unique_fields=["digest"],
            update_fields=["body_digest", "reference", "answer", "at"],
        )

    @property
    def _digest(self) -> str:
        return pseudonym(settings.LINK_KEYS, "idempotency", self.key)

    @property
    def _body_digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()
