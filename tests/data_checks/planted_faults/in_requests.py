"""Faults of contact requests, their links and messages, and of the calls that follow."""

from tests.data_checks.planted_faults.planted import Planted, of, of_message

REQUESTS = [
    of("contactrequest", "request-done-without-a-call", "request", "status = 'done'"),
    of("contactrequest", "request-given-up-too-early", "request", "status = 'unreached'"),
    Planted(
        "request-open-after-a-call",
        "taken_request",
        "INSERT INTO scheduler_callattempt (contact_request_id, outcome, note, by_id, at)"
        " SELECT id, 'reached', '', claimed_by_id, claimed_at FROM scheduler_contactrequest"
        " WHERE id = %(id)s",
    ),
    of("contactrequest", "request-claim-half-written", "taken_request", "claimed_at = NULL"),
    Planted(
        "request-promised-before-it-came",
        "request",
        "UPDATE scheduler_link SET expires_at = expires_at - interval '1 day'"
        " WHERE contact_request_id = %(id)s;"
        "UPDATE scheduler_contactrequest SET promised_by = promised_by - interval '1 day'"
        " WHERE id = %(id)s",
    ),
    Planted(
        "call-of-a-request-that-is-over",
        "arranged_call",
        "UPDATE scheduler_contactrequest SET status = 'withdrawn' WHERE id ="
        " (SELECT contact_request_id FROM scheduler_appointment WHERE id = %(id)s)",
    ),
    Planted(
        "request-without-link",
        "request",
        "DELETE FROM scheduler_link WHERE contact_request_id = %(id)s",
    ),
    of(
        "link",
        "request-link-opens-at-the-wrong-times",
        "request_link",
        "expires_at = expires_at + interval '1 day'",
    ),
    Planted(
        "link-not-revoked",
        "request_link",
        "UPDATE scheduler_contactrequest SET phone = '+14195550177' WHERE id ="
        " (SELECT contact_request_id FROM scheduler_link WHERE id = %(id)s)",
    ),
    of_message(
        "request-message-to-a-stranger",
        "receipt",
        "\"to\" = '+14195550199', next_attempt_at = created_at + interval '4 hours'",
    ),
]
