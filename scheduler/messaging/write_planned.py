"""Write planned messages of one appointment, all in one statement."""

from collections.abc import Sequence

from scheduler.messaging.models import Message
from scheduler.transactions.statements import change_planned

_WRITE = """
    INSERT INTO scheduler_message
           (public_id, appointment_id, kind, channel, sequence, "to", language,
            old_starts_at, due_at, next_attempt_at, expires_at, created_at,
            status, attempts, subject, body, words, sid, error_code, reason)
    SELECT planned.*, 'planned', 0, '', '', '', '', '', ''
      FROM unnest(%(public_id)s::uuid[], %(appointment_id)s::bigint[], %(kind)s::text[],
                  %(channel)s::text[], %(sequence)s::integer[], %(to)s::text[],
                  %(language)s::text[], %(old_starts_at)s::timestamptz[],
                  %(due_at)s::timestamptz[], %(next_attempt_at)s::timestamptz[],
                  %(expires_at)s::timestamptz[], %(created_at)s::timestamptz[]) AS planned
"""
_FIELDS = (
    *("public_id", "appointment_id", "kind", "channel", "sequence", "to", "language"),
    *("old_starts_at", "due_at", "next_attempt_at", "expires_at", "created_at"),
)


def write_planned(messages: Sequence[Message]) -> None:
    """Insert rows as `plan.new` makes them; nothing where there are none. They get no key here."""
    if messages:
        change_planned(_WRITE, {name: [getattr(one, name) for one in messages] for name in _FIELDS})
