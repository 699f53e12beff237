"""What waits for a person: about something, made when it should be, and gone when it is settled."""

from scheduler.data_checks.check import rows

_ABOUT = {
    "appointment_id": ("late-change", "call-to-book", "call-closed", "call-changed"),
    "message_id": ("message", "uncertain", "configuration"),
    "inbound_id": ("reply", "cancel-meant", "maybe-stop"),
}
_ABOUT_NOTHING = " OR ".join(
    f"(stafftask.kind = '{kind}' AND stafftask.{field} IS NULL)"
    for field, kinds in _ABOUT.items()
    for kind in kinds
)

CHECKS = (
    rows(
        "task-about-nothing",
        "stafftask",
        where=_ABOUT_NOTHING,
        detail="stafftask.kind",
        wrong="it names nothing that it could be about",
        expected="the visit, the message or the text that needs a person",
    ),
    rows(
        "task-half-done",
        "stafftask",
        where="stafftask.done_at IS NULL AND stafftask.done_by_id IS NOT NULL"
        " OR stafftask.done_at < stafftask.created_at",
        detail="stafftask.kind",
        wrong="what is written of its end does not agree",
        expected="a time for who has done it, and not before it came",
    ),
    rows(
        "doubt-that-is-over",
        "stafftask",
        joins="JOIN scheduler_message AS message ON message.id = stafftask.message_id",
        where="stafftask.kind = 'uncertain' AND stafftask.done_at IS NULL"
        " AND message.status <> 'uncertain'",
        detail="message.status",
        wrong="it asks about a message of which all is known",
        expected="done with what became known",
    ),
    rows(
        "trouble-nobody-was-told-of",
        "message",
        where="""
            message.status IN ('uncertain', 'failed', 'undelivered')
            AND message.look_up_at IS NULL AND NOT EXISTS (
                SELECT FROM scheduler_stafftask AS task
                 WHERE task.message_id = message.id AND CASE WHEN message.status = 'uncertain'
                       THEN task.kind = 'uncertain' ELSE task.kind IN ('message', 'configuration')
                       END)
            AND NOT (message.status <> 'uncertain' AND EXISTS (
                SELECT FROM scheduler_message AS other
                 WHERE (other.appointment_id = message.appointment_id
                        OR other.contact_request_id = message.contact_request_id)
                   AND other.kind = message.kind AND other.sequence = message.sequence
                   AND other.channel <> message.channel))
        """,
        detail="message.status",
        wrong="it did not arrive, or may not have, and nobody on the staff was told",
        expected="a staff task about it, a time to look it up, or the same by the other channel",
    ),
    rows(
        "call-about-a-time-that-is-booked",
        "stafftask",
        joins="JOIN scheduler_appointment AS visit ON visit.id = stafftask.appointment_id",
        where="stafftask.kind = 'call-to-book' AND stafftask.done_at IS NULL"
        " AND visit.status NOT IN ('held', 'expired')",
        detail="visit.status",
        wrong="it asks for a call about a time that is booked",
        expected="done with the booking",
    ),
    rows(
        "call-about-an-answered-offer",
        "stafftask",
        where="""
            stafftask.kind = 'call-closed' AND stafftask.done_at IS NULL AND EXISTS (
                SELECT FROM scheduler_rescheduleoffer AS offer
                 WHERE offer.appointment_id = stafftask.appointment_id
                   AND offer.answered_at >= stafftask.created_at)
        """,
        wrong="it asks for a call to somebody who has answered since",
        expected="done with the answer",
    ),
)
