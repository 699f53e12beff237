"""Faults of messages, whatever they say, and of what each owes its visit."""

from tests.data_checks.planted_faults.planted import MESSAGE_LIKE_IT, Planted, of_message

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
        "cancellation-of-a-live-visit",
        "confirmation",
        MESSAGE_LIKE_IT.format(changes="'kind', 'cancelled'", which="message.id"),
    ),
    of_message("message-to-a-stranger", "reminder", "\"to\" = '+14195550199'"),
    of_message("language-of-another-visit", "reminder", "language = 'es'"),
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
    of_message("message-of-no-kind", "reminder", "kind = 'greetings'"),
    of_message("claim-half-written", "reminder", "status = 'claimed'"),
    of_message("sending-not-cleared", "reminder", "sending_at = created_at"),
    of_message("message-settled-or-not", "sent", "settled_at = accepted_at"),
    of_message("sent-without-trace", "sent", "sid = ''"),
    of_message(
        "doubt-without-cause",
        "sent",
        "status = 'uncertain', settled_at = sending_at, look_up_at = sending_at",
    ),
    of_message("looked-up-without-doubt", "sent", "look_up_at = sending_at"),
    of_message(
        "kept-back-without-reason", "reminder", "status = 'suppressed', settled_at = created_at"
    ),
    of_message("reason-of-what-goes-out", "sent", "reason = 'opted-out'"),
    of_message("message-times", "reminder", "next_attempt_at = due_at - interval '1 minute'"),
    of_message("sent-too-late", "sent", "expires_at = sending_at"),
    of_message("subject-of-a-text", "sent", "subject = 'Your visit'"),
    of_message(
        "address-of-another-channel",
        "reminder",
        '"to" = (SELECT email FROM scheduler_contact AS contact JOIN scheduler_appointment AS visit'
        " ON visit.contact_id = contact.id WHERE visit.id = appointment_id)",
    ),
]
