"""Consents and opt-outs: whose they are, and that one followed from the other."""

from scheduler.data_checks.check import rows
from scheduler.messaging.consent.stop_reminders import REMINDERS_STOPPED
from scheduler.messaging.consent.wordings import MAILS, TEXTS, Wording
from scheduler.messaging.plan import REMINDER_PREFIX


def _shape(table: str) -> str:
    return (
        f"({table}.channel = 'sms') <> ({table}.address ~ '^[+][0-9]+$')"
        f" OR ({table}.channel = 'email') <> (position('@' IN {table}.address) > 0)"
    )


def _quoted(words: str) -> str:
    return "'" + words.replace("'", "''").replace("%", "%%") + "'"


def _other_words(wording: Wording) -> str:
    kept = " OR ".join(
        f"consent.language = '{language}' AND consent.wording = {_quoted(words)}"
        for language, words in wording.words.items()
    )
    return f"(consent.wording_version = '{wording.version}' AND NOT ({kept}))"


CHECKS = (
    *(
        rows(
            name,
            table,
            where=_shape(table),
            wrong="its address is none of its channel",
            expected="a number for texts, a mail address for mails",
        )
        for name, table in (
            ("consent-of-another-channel", "consent"),
            ("opt-out-of-another-channel", "optout"),
            ("reminder-stop-of-another-channel", "reminderoptout"),
            ("bad-address-of-another-channel", "badaddress"),
        )
    ),
    rows(
        "consent-to-nothing",
        "consent",
        where="consent.wording = '' OR consent.source = ''",
        wrong="nothing says what was agreed to, or how",
        expected="the sentence and the source",
    ),
    rows(
        "consent-of-other-words",
        "consent",
        where=" OR ".join(_other_words(one) for one in (TEXTS, MAILS)),
        detail="consent.wording_version",
        wrong="its words are not those of its version",
        expected="the sentence of the version, in the language that it was read in",
    ),
    rows(
        "withdrawal-without-opt-out",
        "consent",
        where="""
            NOT consent.granted AND NOT EXISTS (
                SELECT FROM scheduler_optout AS stop
                 WHERE stop.channel = consent.channel AND stop.address = consent.address
                   AND stop.at <= consent.at
                   AND (stop.lifted_at IS NULL OR stop.lifted_at >= consent.at))
        """,
        wrong="a consent was withdrawn and nothing stops what is sent there",
        expected="an opt-out from that moment on",
    ),
    rows(
        "opt-out-lifted-by-nobody",
        "optout",
        where="""
            optout.lifted_at < optout.at OR (optout.lifted_at IS NULL AND optout.lifted_by_id > 0)
            OR (optout.lifted_at IS NOT NULL AND optout.lifted_by_id IS NULL AND NOT EXISTS (
                SELECT FROM scheduler_consent AS consent
                 WHERE consent.channel = optout.channel AND consent.address = optout.address
                   AND consent.granted AND consent.at = optout.lifted_at)
             AND NOT EXISTS (
                SELECT FROM scheduler_inboundtext AS inbound
                 WHERE inbound.from_number = optout.address
                   AND inbound.acted_at = optout.lifted_at))
        """,
        wrong="it was lifted and nothing says by whom",
        expected="the staff's person, or a consent or a text of the owner at the same moment",
    ),
    rows(
        "pause-that-nobody-looks-at",
        "optout",
        where="""
            optout.paused_for_staff AND optout.lifted_at IS NULL AND NOT EXISTS (
                SELECT FROM scheduler_stafftask AS task
                  JOIN scheduler_inboundtext AS inbound ON inbound.id = task.inbound_id
                 WHERE task.kind = 'maybe-stop' AND task.done_at IS NULL
                   AND inbound.from_number = optout.address)
        """,
        wrong="texts wait for a person and no task asks for one",
        expected="an open task about a text from there",
    ),
    rows(
        "kept-back-without-opt-out",
        "message",
        where="""
            message.status = 'suppressed' AND message.reason = 'opted-out' AND NOT EXISTS (
                SELECT FROM scheduler_optout AS stop
                 WHERE stop.channel = message.channel AND stop.address = message.to
                   AND stop.at <= message.settled_at)
        """,
        detail="message.kind",
        wrong="it was kept back for an opt-out that there never was",
        expected="an opt-out of its number or address from before",
    ),
    rows(
        "reminder-kept-back-without-a-stop",
        "message",
        where=f"""
            message.status = 'suppressed' AND message.reason = '{REMINDERS_STOPPED}'
            AND (NOT starts_with(message.kind, '{REMINDER_PREFIX}') OR NOT EXISTS (
                SELECT FROM scheduler_reminderoptout AS quiet
                 WHERE quiet.channel = message.channel AND quiet.address = message.to
                   AND quiet.at <= message.settled_at))
        """,
        detail="message.kind",
        wrong="it was kept back as a reminder that nobody had stopped",
        expected="a reminder whose number or address had stopped them before",
    ),
)
