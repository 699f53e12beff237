"""Faults of messages."""

from tests.data_checks.planted import MESSAGE_LIKE_IT, Planted, of_message

MESSAGES = [
    of_message(
        "message-of-an-earlier-time",
        "withdrawn",
        "status = 'planned', reason = '', settled_at = NULL",
    ),
    of_message("message-ahead-of-its-visit", "confirmation", "sequence = 1"),
    of_message(
        "message-of-a-cancelled-visit",
        "reminder_of_off",
        "status = 'planned', reason = '', settled_at = NULL, sequence = 1",
    ),
    Planted(
        "reminder-twice",
        "reminder",
        MESSAGE_LIKE_IT.format(changes="'kind', 'reminder-at-least-one'", which="message.id"),
    ),
    Planted(
        "visit-without-reminder",
        "booked",
        "DELETE FROM scheduler_message WHERE appointment_id = %(id)s AND channel = 'email'"
        " AND kind LIKE 'reminder-%%'",
    ),
    of_message(
        "reminder-at-another-hour",
        "reminder",
        "due_at = due_at - interval '4 days', next_attempt_at = due_at - interval '4 days'",
    ),
    Planted(
        "reminder-of-rules-of-before",
        "reminder",
        "INSERT INTO scheduler_reminderrule (name, days_before, at, by_text, by_mail, active)"
        " VALUES ('9-days', 1, '10:00', true, true, true);"
        "DELETE FROM scheduler_reminderrule WHERE name = '9-days';"
        "UPDATE scheduler_message SET kind = 'reminder-9-days' WHERE id = %(id)s",
    ),
    of_message("message-of-no-kind", "reminder", "kind = 'greetings'"),
    of_message("claim-half-written", "reminder", "status = 'claimed'"),
    of_message("message-settled-or-not", "sent", "settled_at = accepted_at"),
    of_message("sent-without-trace", "sent", "sid = ''"),
    of_message("looked-up-without-doubt", "sent", "look_up_at = sending_at"),
    of_message("sent-too-late", "sent", "expires_at = sending_at"),
    of_message(
        "kept-back-without-reason", "reminder", "status = 'suppressed', settled_at = created_at"
    ),
    of_message(
        "address-of-another-channel",
        "reminder",
        '"to" = (SELECT email FROM scheduler_contact AS contact JOIN scheduler_appointment AS visit'
        " ON visit.contact_id = contact.id WHERE visit.id = appointment_id)",
    ),
    of_message("text-in-the-night", "sent", "sending_at = sending_at + interval '12 hours'"),
    of_message(
        "trouble-nobody-was-told-of",
        "sent",
        "status = 'uncertain', error_code = 'lost', settled_at = sending_at",
    ),
    Planted(
        "sent-after-opt-out",
        "sent",
        """
        INSERT INTO scheduler_optout (channel, address, source, paused_for_staff, at)
        SELECT 'sms', "to", 'text', false, created_at FROM scheduler_message WHERE id = %(id)s
        """,
    ),
    Planted(
        "reminder-sent-after-its-stop",
        "sent",
        """
        INSERT INTO scheduler_reminderoptout (channel, address, source, at)
        SELECT 'sms', "to", 'page', created_at FROM scheduler_message WHERE id = %(id)s;
        """
        + MESSAGE_LIKE_IT.format(
            changes="'kind', 'reminder-at-least-one', 'sid', 'SMquiet',"
            " 'expires_at', message.expires_at - interval '1 hour'",
            which="message.id",
        ),
    ),
    of_message(
        "reminder-kept-back-without-a-stop",
        "reminder",
        "status = 'suppressed', reason = 'reminders-stopped', settled_at = created_at",
    ),
    Planted(
        "message-nobody-agreed-to",
        "sent",
        'DELETE FROM scheduler_consent USING scheduler_message AS sent WHERE sent."to" = address'
        " AND sent.id = %(id)s",
    ),
    Planted(
        "consent-without-confirmation",
        "consent",
        "DELETE FROM scheduler_message USING scheduler_consent AS consent"
        " WHERE kind = 'confirmation' AND \"to\" = address AND consent.id = %(id)s",
    ),
]
