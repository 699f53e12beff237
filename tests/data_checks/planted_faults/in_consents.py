"""Faults of consents, of opt-outs, and of the texts that ask for one."""

from tests.data_checks.planted_faults.planted import MESSAGE_LIKE_IT, Planted, of, of_message

CONSENTS = [
    of("consent", "consent-of-another-channel", "consent", "channel = 'email'"),
    of("consent", "consent-to-nothing", "consent", "source = ''"),
    of("consent", "consent-of-other-words", "consent", "wording = 'We may call you.'"),
    of("consent", "withdrawal-without-opt-out", "consent", "granted = false, source = 'staff'"),
    of("optout", "opt-out-of-another-channel", "mail_opt_out", "channel = 'sms'"),
    of(
        "optout", "opt-out-lifted-by-nobody", "mail_opt_out", "lifted_at = at + interval '1 minute'"
    ),
    of("reminderoptout", "reminder-stop-of-another-channel", "reminder_stop", "channel = 'email'"),
    of("badaddress", "bad-address-of-another-channel", "bad_address", "channel = 'email'"),
    Planted(
        "pause-that-nobody-looks-at",
        "opt_out",
        "UPDATE scheduler_stafftask AS task SET done_at = task.created_at"
        "  FROM scheduler_inboundtext AS inbound, scheduler_optout AS opt_out"
        " WHERE task.kind = 'maybe-stop' AND task.inbound_id = inbound.id"
        "   AND inbound.from_number = opt_out.address AND opt_out.id = %(id)s",
    ),
    of_message(
        "kept-back-without-opt-out",
        "reminder",
        "status = 'suppressed', reason = 'opted-out', settled_at = created_at",
    ),
]
REPLIES = [
    of("inboundtext", "text-of-no-meaning", "question", "meaning = 'hello'"),
    Planted(
        "text-left-alone",
        "question",
        "INSERT INTO scheduler_heartbeat (name, at) SELECT 'worker',"
        " received_at + interval '2 hours' FROM scheduler_inboundtext WHERE id = %(id)s;"
        "UPDATE scheduler_inboundtext SET meaning = '', acted_at = NULL WHERE id = %(id)s",
    ),
    Planted(
        "text-answered-twice",
        "question",
        "WITH made AS ("
        + MESSAGE_LIKE_IT.format(changes="'kind', 'reply_help'", which="message.inbound_id")
        + ") SELECT %(id)s",
    ),
    of(
        "inboundtext",
        "text-answered-over-the-carrier",
        "question",
        "answered_by_carrier = true",
    ),
    Planted(
        "stop-not-heeded",
        "stop",
        "DELETE FROM scheduler_optout USING scheduler_inboundtext AS stop"
        " WHERE address = stop.from_number AND stop.id = %(id)s",
    ),
    Planted(
        "doubtful-stop-nobody-saw",
        "doubtful_stop",
        "UPDATE scheduler_optout SET paused_for_staff = false WHERE address ="
        " (SELECT from_number FROM scheduler_inboundtext WHERE id = %(id)s);"
        "DELETE FROM scheduler_stafftask WHERE inbound_id = %(id)s",
    ),
    Planted(
        "text-nobody-saw", "question", "DELETE FROM scheduler_stafftask WHERE inbound_id = %(id)s"
    ),
    of_message("answer-to-another-number", "answer", "\"to\" = '+14195550199'"),
]
