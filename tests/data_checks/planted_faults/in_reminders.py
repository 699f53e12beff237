"""Faults of reminders: their rules, their hours, and who wants none."""

from tests.data_checks.planted_faults.planted import MESSAGE_LIKE_IT, Planted, of_message

REMINDERS = [
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
        "reminder-of-no-rule",
        "reminder",
        "kind = 'reminder-8-days', status = 'cancelled', reason = 'no-longer-true',"
        " settled_at = created_at",
    ),
    of_message(
        "reminder-at-another-hour",
        "reminder",
        "due_at = due_at - interval '4 days', next_attempt_at = due_at - interval '4 days'",
    ),
    of_message(
        "reminder-of-a-past-visit", "reminder", "expires_at = expires_at + interval '1 hour'"
    ),
    Planted(
        "reminder-in-spite-of-them",
        "reminder",
        "UPDATE scheduler_message AS other"
        " SET status = 'suppressed', reason = 'reminders-off', settled_at = other.created_at"
        " FROM scheduler_message AS it WHERE it.id = %(id)s AND other.id <> it.id"
        " AND other.appointment_id = it.appointment_id AND other.kind LIKE 'reminder-%%';"
        "UPDATE scheduler_appointment SET reminders_on = false"
        " WHERE id = (SELECT appointment_id FROM scheduler_message WHERE id = %(id)s)",
    ),
    Planted(
        "reminder-of-rules-of-before",
        "reminder",
        "INSERT INTO scheduler_reminderrule (name, days_before, at, by_text, by_mail, active)"
        " VALUES ('9-days', 1, '10:00', true, true, true);"
        "DELETE FROM scheduler_reminderrule WHERE name = '9-days';"
        "UPDATE scheduler_message SET kind = 'reminder-9-days' WHERE id = %(id)s",
    ),
    of_message(
        "reminder-kept-back-without-a-stop",
        "reminder",
        "status = 'suppressed', reason = 'reminders-stopped', settled_at = created_at",
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
    Planted(
        "two-reminder-texts-a-day",
        "sent",
        ";".join(
            MESSAGE_LIKE_IT.format(
                changes=f"'kind', '{kind}', 'sid', 'SM{kind}',"
                " 'expires_at', message.expires_at - interval '1 hour'",
                which="message.id",
            )
            for kind in ("reminder-at-least-one", "reminder-at-least-one-again-1")
        ),
    ),
]
