"""Faults of times that are kept, by a code or for who is to be called."""

from tests.data_checks.planted_faults.planted import (
    MESSAGE_LIKE_IT,
    OF_VISIT,
    Planted,
    of_visit,
)

HOLDS = [
    of_visit("hold-of-nobody", "held", "held_details = NULL"),
    Planted(
        "hold-without-code-or-call",
        "held",
        "DELETE FROM scheduler_message WHERE kind = 'code' AND appointment_id = %(id)s",
    ),
    of_visit("hold-kept-too-long", "held", "hold_expires_at = hold_expires_at + interval '1 day'"),
    Planted(
        "hold-lapsed-long-ago",
        "held",
        "INSERT INTO scheduler_heartbeat (name, at)"
        " SELECT 'worker', created_at FROM scheduler_appointment WHERE id = %(id)s;"
        + OF_VISIT.format("hold_expires_at = created_at - interval '2 hours'"),
    ),
    of_visit("hold-left-over", "booked", "hold_expires_at = starts_at"),
    of_visit("typed-details-kept", "held", "status = 'expired'"),
    of_visit("code-half-written", "held", "code_channel = ''"),
    Planted(
        "code-ahead-of-its-hold",
        "code",
        MESSAGE_LIKE_IT.format(changes="'sequence', 9", which="message.id"),
    ),
]
