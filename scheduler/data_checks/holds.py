"""Times that are kept: for whom, until when, and what must be gone once they are over."""

from scheduler.booking.holds.send_code import CODES_A_HOLD, HOLD_LIVES
from scheduler.booking.holds.verify import TRIES
from scheduler.data_checks.check import rows

_CALL = """
    SELECT FROM scheduler_stafftask AS task
     WHERE task.appointment_id = appointment.id AND task.kind = 'call-to-book'
"""
_OFFER = """
    SELECT FROM scheduler_rescheduleoffer AS offer
     WHERE offer.held_id = appointment.id
"""
# The product clears out every few minutes while it is at work.
_AT_WORK = "(SELECT max(at) FROM scheduler_heartbeat)"

CHECKS = (
    rows(
        "hold-of-nobody",
        "appointment",
        where=f"""
            appointment.status = 'held' AND CASE WHEN appointment.patient_id IS NULL
                THEN appointment.held_details IS NULL ELSE NOT EXISTS ({_OFFER}) END
        """,
        wrong="a time is kept and nothing says for whom",
        expected="what somebody typed, or an offer that it is kept for",
    ),
    rows(
        "hold-without-code-or-call",
        "appointment",
        where=f"""
            appointment.status = 'held' AND appointment.patient_id IS NULL
            AND CASE WHEN appointment.code_number = 0 THEN NOT EXISTS ({_CALL})
                ELSE NOT EXISTS (
                    SELECT FROM scheduler_message AS code
                     WHERE code.appointment_id = appointment.id AND code.kind = 'code'
                       AND code.sequence = appointment.code_number) END
        """,
        wrong="a time is kept and nothing leads from it to a visit",
        expected="a message with its last code, or a task to call",
    ),
    rows(
        "hold-kept-too-long",
        "appointment",
        where=f"""
            appointment.status IN ('held', 'expired') AND CASE WHEN appointment.code_number > 0
                THEN appointment.hold_expires_at
                   > appointment.created_at + interval '{HOLD_LIVES.total_seconds():.0f} seconds'
                ELSE appointment.hold_expires_at > appointment.starts_at END
        """,
        wrong="its time is kept for longer than the product keeps any",
        expected="half an hour with a code, or until the start where it waits for an answer",
    ),
    rows(
        "hold-lapsed-long-ago",
        "appointment",
        where=f"""
            appointment.status = 'held'
            AND appointment.hold_expires_at < {_AT_WORK} - interval '1 hour'
        """,
        wrong="it is still held though that ended an hour before the product was last at work",
        expected="expired",
    ),
    rows(
        "hold-left-over",
        "appointment",
        where="""
            appointment.status NOT IN ('held', 'expired')
            AND (appointment.held_details IS NOT NULL OR appointment.hold_expires_at IS NOT NULL)
        """,
        detail="appointment.status",
        wrong="it is a visit and still has what belongs to a hold",
        expected="neither typed details nor an end of the hold",
    ),
    rows(
        "typed-details-kept",
        "appointment",
        where=f"""
            appointment.status = 'expired' AND appointment.held_details IS NOT NULL
            AND NOT EXISTS ({_CALL} AND task.done_at IS NULL)
        """,
        wrong="the hold is over and what was typed for it is still there",
        expected="nothing, unless somebody is still to be called about it",
    ),
    rows(
        "code-half-written",
        "appointment",
        where=f"""
            (appointment.code_number > 0) <> (appointment.code_sent_at IS NOT NULL)
            OR (appointment.code_number > 0) <> (appointment.code_channel <> '')
            OR appointment.code_number > {CODES_A_HOLD} OR appointment.code_tries > {TRIES}
        """,
        wrong="what is written of its codes does not agree",
        expected=f"number, time and channel together; {CODES_A_HOLD} codes and {TRIES} tries",
    ),
)
