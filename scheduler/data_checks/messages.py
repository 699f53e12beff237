"""Messages: what each state says of the row, whatever the message is about."""

from scheduler.data_checks.check import listed, rows
from scheduler.messaging.plan import (
    CANCELLED,
    CLOSED,
    CODE,
    CONFIRMATION,
    CONTACT_RECEIVED,
    CONTACT_UNREACHED,
    LATE,
    LINKS,
    MOVED,
    REMINDER_PREFIX,
    RESTORED,
    STAFF_REPLY,
)

# The kind that a message had when it was first sent, and whose words it has.
FIRST = "regexp_replace(message.kind, '-again-[0-9]+$', '')"
WORDS = f"""
    CASE WHEN starts_with(message.kind, '{REMINDER_PREFIX}') THEN 'reminder'
         WHEN message.kind ~ '^{LATE}-(15|30|45|60)(-again-[0-9]+)?$' THEN '{LATE}'
         ELSE {FIRST} END
"""
OF_VISITS = (
    CODE, CONFIRMATION, MOVED, CANCELLED, RESTORED, CLOSED, LINKS, LATE, "reminder", STAFF_REPLY,
)  # fmt: skip
OF_REQUESTS = (CONTACT_RECEIVED, CONTACT_UNREACHED)
_OF_TEXTS = (
    "reply_stopped", "reply_paused", "reply_started", "reply_unblocked", "reply_help",
    "reply_unknown", "reply_ambiguous", "reply_change", "reply_confirmed", STAFF_REPLY,
)  # fmt: skip
_HANDED_OVER = "('accepted', 'delivered', 'undelivered')"
_OVER = "('delivered', 'undelivered', 'failed', 'uncertain', 'suppressed', 'cancelled', 'expired')"

CHECKS = (
    rows(
        "message-of-no-kind",
        "message",
        where=f"""
            NOT CASE WHEN message.appointment_id IS NOT NULL
                     THEN ({WORDS}) IN ({listed(OF_VISITS)})
                     WHEN message.contact_request_id IS NOT NULL
                     THEN ({WORDS}) IN ({listed(OF_REQUESTS)})
                     ELSE ({WORDS}) IN ({listed(_OF_TEXTS)}) END
        """,
        wrong="its kind is none that there is about what it belongs to",
        expected="a kind of message of a visit, of a contact request or of a text, as its owner is",
    ),
    rows(
        "claim-half-written",
        "message",
        where="""
            (message.status = 'claimed') <> (message.lease IS NOT NULL)
            OR (message.status = 'claimed') <> (message.claimed_until IS NOT NULL)
        """,
        detail="message.status",
        wrong="its state and its claim don't agree",
        expected="a lease and its end while it is claimed, and neither otherwise",
    ),
    rows(
        "sending-not-cleared",
        "message",
        where="message.status = 'planned' AND message.sending_at IS NOT NULL",
        wrong="it is planned and says that it is being sent",
        expected="no time of sending before it is claimed",
    ),
    rows(
        "message-settled-or-not",
        "message",
        where=f"(message.status IN {_OVER}) <> (message.settled_at IS NOT NULL)",
        detail="message.status",
        wrong="its state and the time at which that was settled don't agree",
        expected="a time once nothing more is to come, and none before",
    ),
    rows(
        "sent-without-trace",
        "message",
        where=f"""
            message.status IN {_HANDED_OVER}
            AND (message.sid = '' OR message.accepted_at IS NULL OR message.attempts = 0
                 OR message.body = '')
        """,
        detail="message.status",
        wrong="it was handed over and lacks what the carrier or we wrote down then",
        expected="the carrier's id, the time, an attempt and the words that went out",
    ),
    rows(
        "doubt-without-cause",
        "message",
        where="""
            message.status = 'uncertain'
            AND (message.sending_at IS NULL OR message.attempts = 0 OR message.error_code = '')
        """,
        wrong="it is uncertain and nothing says that sending had begun",
        expected="the time at which it was being sent, an attempt and what went wrong",
    ),
    rows(
        "looked-up-without-doubt",
        "message",
        where="message.look_up_at IS NOT NULL"
        " AND (message.status <> 'uncertain' OR message.channel <> 'sms')",
        detail="message.status",
        wrong="it is to be looked up at the carrier, and nobody doubts what became of it",
        expected="a time to look it up for a text that may or may not have left, and none else",
    ),
    rows(
        "kept-back-without-reason",
        "message",
        where="""
            message.reason = '' AND (message.status IN ('suppressed', 'expired')
            OR (message.status = 'cancelled' AND message.accepted_at IS NULL))
        """,
        detail="message.status",
        wrong="it was not sent and nothing says why",
        expected="a reason",
    ),
    rows(
        "reason-of-what-goes-out",
        "message",
        where="message.reason <> ''"
        " AND message.status NOT IN ('suppressed', 'expired', 'cancelled')",
        detail="message.status",
        wrong="it has a reason for which it was not sent, and may go out or did",
        expected="no reason",
    ),
    rows(
        "message-times",
        "message",
        where="""
            message.due_at < message.created_at OR message.next_attempt_at < message.due_at
            OR message.expires_at < message.due_at
        """,
        detail="message.status",
        wrong="its times are not in their order",
        expected="made, then due, then tried, and of use for some time after it is due",
    ),
    rows(
        "sent-too-late",
        "message",
        where="message.sending_at >= message.expires_at",
        detail="message.kind",
        wrong="it was sent when it was of no use any more",
        expected="expired by then",
    ),
    rows(
        "subject-of-a-text",
        "message",
        where="""
            (message.channel = 'sms' AND message.subject <> '')
            OR (message.channel = 'email' AND message.body <> '' AND message.subject = '')
        """,
        wrong="it is a text with a subject or a mail without one",
        expected="a subject for mails and for nothing else",
    ),
    rows(
        "address-of-another-channel",
        "message",
        where="(message.channel = 'sms') <> (message.to ~ '^[+][0-9]+$')"
        " OR (message.channel = 'email') <> (position('@' IN message.to) > 0)",
        wrong="it goes to what its channel can't reach",
        expected="a number for a text, a mail address for a mail",
    ),
)
