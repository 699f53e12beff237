"""Contact requests: how each state was come by."""

from scheduler.contact_requests.log_call import TRIES
from scheduler.core.status import EXPECTED
from scheduler.data_checks.check import listed, rows

_ATTEMPTS = (
    "SELECT FROM scheduler_callattempt AS attempt"
    " WHERE attempt.contact_request_id = contactrequest.id"
)

CHECKS = (
    rows(
        "request-done-without-a-call",
        "contactrequest",
        where=f"""
            contactrequest.status = 'done'
            AND NOT EXISTS ({_ATTEMPTS} AND attempt.outcome = 'reached')
            AND NOT EXISTS (SELECT FROM scheduler_appointment AS visit
                             WHERE visit.contact_request_id = contactrequest.id)
        """,
        wrong="it is done and nobody was reached",
        expected="a call that reached them, or a visit that came of it",
    ),
    rows(
        "request-given-up-too-early",
        "contactrequest",
        where=f"""
            contactrequest.status = 'unreached'
            AND {TRIES} > (SELECT count(*) FROM scheduler_callattempt AS attempt
                            WHERE attempt.contact_request_id = contactrequest.id
                              AND attempt.outcome <> 'reached')
        """,
        wrong="it was given up before it was tried often enough",
        expected=f"{TRIES} calls in vain",
    ),
    rows(
        "request-open-after-a-call",
        "contactrequest",
        where=f"contactrequest.status = 'open' AND EXISTS ({_ATTEMPTS}"
        " AND attempt.outcome = 'reached')",
        wrong="it is open and they were reached",
        expected="done",
    ),
    rows(
        "request-claim-half-written",
        "contactrequest",
        where="contactrequest.claimed_by_id IS NOT NULL AND contactrequest.claimed_at IS NULL",
        wrong="somebody has taken it on and nothing says when",
        expected="both or neither",
    ),
    rows(
        "request-promised-before-it-came",
        "contactrequest",
        where="contactrequest.promised_by < contactrequest.created_at",
        wrong="it was to be answered before it was made",
        expected="a promise for later",
    ),
    rows(
        "call-of-a-request-that-is-over",
        "appointment",
        joins="JOIN scheduler_contactrequest AS request"
        " ON request.id = appointment.contact_request_id"
        " JOIN scheduler_provider AS desk ON desk.id = appointment.provider_id AND desk.call_desk",
        where=f"appointment.status IN ({listed(EXPECTED)}) AND appointment.starts_at > %(now)s"
        " AND request.status <> 'open' AND NOT EXISTS ("
        "SELECT FROM scheduler_appointmentevent AS off"
        " WHERE off.pgh_obj_id = appointment.id AND off.status = 'cancelled')",
        detail="request.status",
        wrong="a call is arranged for somebody who is not to be called any more",
        expected="canceled with the request's end, unless somebody took that back",
    ),
)
