"""Messages about visits: of the time that stands, to who agreed, and each that is owed."""

from scheduler.booking.book_by_staff import CONSENT_SOURCE
from scheduler.data_checks.check import listed, rows
from scheduler.data_checks.messages import WORDS
from scheduler.messaging.consent.record_consent import NOT_PROVEN
from scheduler.messaging.plan import CANCELLED, CLOSED, CODE, CONFIRMATION, LINKS, STAFF_REPLY

_VISIT = "JOIN scheduler_appointment AS visit ON visit.id = message.appointment_id"
# True whatever becomes of the visit's time.
_ANY_TIME = listed((CODE, LINKS, STAFF_REPLY))
_OF_CANCELLED = listed((CANCELLED, CLOSED, LINKS, STAFF_REPLY))
# A claim may outlive what it was made for, by minutes: it is asked again before it is sent.
_STILL_AHEAD = "message.status = 'planned' AND message.next_attempt_at > %(now)s"
_SENT_OR_TO_GO = (
    "message.status IN ('planned', 'claimed', 'accepted', 'delivered', 'undelivered', 'uncertain')"
)
# Who is reached elsewhere since takes what is planned along, so addresses are not compared.
# Whoever books with these sources owes the confirmation in the same transaction.
_BOOKINGS = listed(
    source + proof
    for source in ("online booking", "call by staff", "booking by patient", "booking by staff")
    for proof in ("", NOT_PROVEN)
)

CHECKS = (
    rows(
        "message-ahead-of-its-visit",
        "message",
        joins=_VISIT,
        where=f"({WORDS}) NOT IN ({_ANY_TIME}) AND message.sequence > visit.sequence",
        detail="message.kind || ', sequence ' || message.sequence || ' of ' || visit.sequence",
        wrong="it is of a change that its visit has not had",
        expected="the sequence that its visit had when it was planned",
    ),
    rows(
        "message-of-an-earlier-time",
        "message",
        joins=_VISIT,
        where=f"({WORDS}) NOT IN ({_ANY_TIME}) AND message.sequence < visit.sequence"
        f" AND {_STILL_AHEAD}",
        detail="message.kind || ', sequence ' || message.sequence || ' of ' || visit.sequence",
        wrong="it is still to go out and tells of what its visit was before it changed",
        expected="withdrawn with that change",
    ),
    rows(
        "message-of-a-cancelled-visit",
        "message",
        joins=_VISIT,
        where=f"""
            visit.status = 'cancelled' AND message.status = 'planned'
            AND ({WORDS}) NOT IN ({_OF_CANCELLED}) AND message.sequence = visit.sequence
        """,
        detail="message.kind",
        wrong="it is still to go out about a visit that is canceled",
        expected="withdrawn with the cancellation",
    ),
    rows(
        "cancellation-of-a-live-visit",
        "message",
        joins=_VISIT,
        where=f"""
            ({WORDS}) IN ({listed((CANCELLED, CLOSED))}) AND message.sequence = visit.sequence
            AND visit.status <> 'cancelled'
        """,
        detail="message.kind || ', ' || visit.status",
        wrong="it says that a visit is canceled which stands as it is",
        expected="a canceled visit, or a later sequence of it",
    ),
    rows(
        "code-ahead-of-its-hold",
        "message",
        joins=_VISIT,
        where=f"message.kind = '{CODE}' AND message.sequence > visit.code_number",
        wrong="it has a code that its hold never gave out",
        expected="a number among those of the hold's codes",
    ),
    rows(
        "message-to-a-stranger",
        "message",
        joins=f"{_VISIT} LEFT JOIN scheduler_contact AS contact ON contact.id = visit.contact_id",
        where=f"""
            message.kind <> '{CODE}' AND {_STILL_AHEAD} AND NOT coalesce(
                message.to = contact.phone OR upper(message.to) = upper(contact.email), false)
        """,
        detail="message.kind",
        wrong="it is still to go to a number or address that its visit's contact does not have",
        expected="the contact's own",
    ),
    rows(
        "message-nobody-agreed-to",
        "message",
        joins=_VISIT,
        where=f"""
            ({WORDS}) NOT IN ({listed((CODE, LINKS))}) AND {_SENT_OR_TO_GO}
            AND message.attempts > 0 AND NOT EXISTS (
                SELECT FROM scheduler_consent AS consent
                 WHERE consent.channel = message.channel AND consent.address = message.to
                   AND consent.granted AND consent.at <= coalesce(message.accepted_at, %(now)s))
        """,
        detail="message.kind",
        wrong="it was sent to a number or address that never agreed to it",
        expected="a consent from before it was sent",
    ),
    rows(
        "language-of-another-visit",
        "message",
        joins=_VISIT,
        where=f"message.language <> visit.language AND {_STILL_AHEAD}"
        f" AND ({WORDS}) <> '{STAFF_REPLY}'",
        detail="message.kind",
        wrong="it is still to go out in another language than its visit's",
        expected="the language of the visit",
    ),
    rows(
        "consent-without-confirmation",
        "consent",
        where=f"""
            consent.granted AND consent.source IN ({_BOOKINGS}) AND NOT EXISTS (
                SELECT FROM scheduler_message AS message
                 WHERE message.channel = consent.channel AND message.kind = '{CONFIRMATION}'
                   AND message.created_at = consent.at)
        """,
        detail="consent.channel",
        wrong="somebody booked and agreed to be written to, and was owed no confirmation",
        expected=f"a confirmation made at the same moment, but for what was {CONSENT_SOURCE}",
    ),
    rows(
        "request-message-to-a-stranger",
        "message",
        joins="JOIN scheduler_contactrequest AS request ON request.id = message.contact_request_id",
        where=f"{_STILL_AHEAD} AND message.to NOT IN (request.phone, request.email)",
        detail="message.kind",
        wrong="it is still to go to a number or address that its contact request does not have",
        expected="one of the request's",
    ),
)
