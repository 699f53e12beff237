"""Texts that came in: each is acted on once, and a wish to stop is heeded."""

from scheduler.core.replies import Reply
from scheduler.data_checks.check import Check, listed, rows

_TASK = "SELECT FROM scheduler_stafftask AS task WHERE task.inbound_id = inboundtext.id"
_STOPS = listed((Reply.STOP.value, Reply.STOP_CANCEL.value, Reply.MAYBE_STOP.value))


def _answer(name: str, meaning: str, task: str, wrong: str) -> Check:
    return rows(
        name,
        "inboundtext",
        where=f"inboundtext.acted_at IS NOT NULL AND inboundtext.meaning = '{meaning}'"
        f" AND NOT EXISTS ({_TASK} AND task.kind = '{task}')",
        wrong=wrong,
        expected=f"a staff task of kind {task}",
    )


CHECKS = (
    rows(
        "text-of-no-meaning",
        "inboundtext",
        where=f"""
            inboundtext.meaning NOT IN ({listed(["", *(one.value for one in Reply)])})
            OR (inboundtext.meaning <> '' AND inboundtext.acted_at IS NULL)
            OR (inboundtext.meaning = '' AND inboundtext.acted_at IS NOT NULL
                AND NOT EXISTS ({_TASK}))
        """,
        wrong="what it means and what was done about it don't agree",
        expected="a meaning once it was acted on, or a staff task where it could not be",
    ),
    rows(
        "text-left-alone",
        "inboundtext",
        where="inboundtext.acted_at IS NULL AND inboundtext.received_at"
        " < (SELECT max(at) FROM scheduler_heartbeat) - interval '1 hour'",
        wrong="it came an hour before the product was last at work, and nothing was done about it",
        expected="acted on within seconds",
    ),
    rows(
        "text-answered-twice",
        "inboundtext",
        where="""
            1 < (SELECT count(*) FROM scheduler_message AS answer
                  WHERE answer.inbound_id = inboundtext.id AND starts_with(answer.kind, 'reply_')
                    AND answer.kind !~ '-again-[0-9]+$')
        """,
        wrong="it was answered by the product more than once",
        expected="one answer at most",
    ),
    rows(
        "text-answered-over-the-carrier",
        "inboundtext",
        where="""
            inboundtext.answered_by_carrier AND EXISTS (
                SELECT FROM scheduler_message AS answer
                 WHERE answer.inbound_id = inboundtext.id AND starts_with(answer.kind, 'reply_'))
        """,
        wrong="the carrier has answered it, and so has the product",
        expected="no answer of ours",
    ),
    rows(
        "stop-not-heeded",
        "inboundtext",
        where=f"""
            inboundtext.acted_at IS NOT NULL AND inboundtext.meaning IN ({_STOPS})
            AND NOT EXISTS (
                SELECT FROM scheduler_optout AS stop
                 WHERE stop.channel = 'sms' AND stop.address = inboundtext.from_number
                   AND stop.at <= inboundtext.acted_at
                   AND (stop.lifted_at IS NULL OR stop.lifted_at >= inboundtext.acted_at))
        """,
        detail="inboundtext.meaning",
        wrong="it asked for no more texts and nothing stopped them",
        expected="an opt-out of its number from that moment on",
    ),
    _answer(
        "doubtful-stop-nobody-saw",
        Reply.MAYBE_STOP.value,
        "maybe-stop",
        "it may ask for no more texts and nobody was asked to read it",
    ),
    _answer(
        "text-nobody-saw",
        Reply.OTHER.value,
        "reply",
        "nothing could be made of it and nobody was asked to read it",
    ),
    rows(
        "answer-to-another-number",
        "message",
        joins="JOIN scheduler_inboundtext AS inbound ON inbound.id = message.inbound_id",
        where="message.to <> inbound.from_number OR message.channel <> 'sms'",
        detail="message.kind",
        wrong="it answers a text at another number than that came from",
        expected="the number that wrote",
    ),
)
