"""Faults of consents, replies, requests, closings and people on the staff."""

from tests.data_checks.planted import MESSAGE_LIKE_IT, Planted

OTHERS = [
    # First, for a day that is not too far off to be closed.
    Planted(
        "consent-of-other-words",
        "consent",
        "UPDATE scheduler_consent SET wording = 'We may call you.' WHERE id = %(id)s",
    ),
    Planted(
        "offer-keeps-a-time-after-its-end",
        "offer",
        "UPDATE scheduler_rescheduleoffer SET status = 'expired' WHERE id = %(id)s",
    ),
    Planted(
        "withdrawal-without-opt-out",
        "consent",
        "UPDATE scheduler_consent SET granted = false, source = 'staff' WHERE id = %(id)s",
    ),
    Planted(
        "reminder-stop-of-another-channel",
        "reminder_stop",
        "UPDATE scheduler_reminderoptout SET channel = 'email' WHERE id = %(id)s",
    ),
    Planted(
        "pause-that-nobody-looks-at",
        "opt_out",
        "UPDATE scheduler_stafftask AS task SET done_at = task.created_at"
        "  FROM scheduler_inboundtext AS inbound, scheduler_optout AS opt_out"
        " WHERE task.kind = 'maybe-stop' AND task.inbound_id = inbound.id"
        "   AND inbound.from_number = opt_out.address AND opt_out.id = %(id)s",
    ),
    Planted(
        "stop-not-heeded",
        "stop",
        "DELETE FROM scheduler_optout USING scheduler_inboundtext AS stop"
        " WHERE address = stop.from_number AND stop.id = %(id)s",
    ),
    Planted(
        "text-nobody-saw", "question", "DELETE FROM scheduler_stafftask WHERE inbound_id = %(id)s"
    ),
    Planted(
        "text-answered-twice",
        "question",
        "WITH made AS ("
        + MESSAGE_LIKE_IT.format(changes="'kind', 'reply_help'", which="message.inbound_id")
        + ") SELECT %(id)s",
    ),
    Planted(
        "note-of-a-merged-patient",
        "note",
        "UPDATE scheduler_patientnote SET patient_id = (SELECT id FROM scheduler_patient"
        " WHERE merged_into_id = scheduler_patientnote.patient_id) WHERE id = %(id)s",
    ),
    Planted(
        "request-done-without-a-call",
        "request",
        "UPDATE scheduler_contactrequest SET status = 'done' WHERE id = %(id)s",
    ),
    Planted(
        "link-not-revoked",
        "request_link",
        "UPDATE scheduler_contactrequest SET phone = '+14195550177' WHERE id ="
        " (SELECT contact_request_id FROM scheduler_link WHERE id = %(id)s)",
    ),
    Planted(
        "delays-overlap",
        "delay",
        "INSERT INTO scheduler_providerdelay (provider_id, minutes, since, until, by_id)"
        " SELECT provider_id, 30, since, until, by_id FROM scheduler_providerdelay RETURNING id",
    ),
    Planted(
        "unknown-word",
        "patient",
        "UPDATE scheduler_patient SET language = 'fr' WHERE id = %(id)s",
    ),
    Planted(
        "person-with-two-roles",
        "person",
        "INSERT INTO auth_user_groups (user_id, group_id) SELECT %(id)s, id FROM auth_group"
        " WHERE name = 'Clinician'",
    ),
    Planted(
        "admin-for-the-wrong-people",
        "person",
        "UPDATE auth_user SET is_staff = true WHERE id = %(id)s",
    ),
]
