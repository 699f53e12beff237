"""A text comes in: store it first, then act on it, once."""

from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, transaction

from scheduler.booking.confirm import confirm_inside
from scheduler.booking.models import Appointment
from scheduler.core.message_status import MessageStatus
from scheduler.core.replies import Reply, carrier_confirms_stop, classify
from scheduler.core.status import IllegalTransition, VisitOver
from scheduler.messaging.consent.lift_opt_out import Started, opt_in
from scheduler.messaging.consent.opt_out import (
    ACKNOWLEDGED_WITHIN,
    REPLY_PAUSED,
    REPLY_STOPPED,
    is_opted_out,
    opt_out,
)
from scheduler.messaging.models import Channel, Message
from scheduler.replies.asked_about import asked_about, in_one_text, upcoming_visits
from scheduler.replies.models import InboundText
from scheduler.replies.overtaken import is_overtaken
from scheduler.transactions.row_locks import lock_row
from scheduler.transactions.statements import fetch_rows
from scheduler.worklist.ask_staff import ask_staff
from scheduler.worklist.models import StaffTask

SMS = Channel.SMS.value
REPLY_USEFUL = timedelta(hours=1)
ONE_ANSWER_A = timedelta(days=1)
STARTED = {
    Started.NOTHING_STOPPED: "",
    Started.AS_AGREED: "reply_started",
    Started.NEVER_AGREED: "reply_unblocked",
}
_STORE = """
    INSERT INTO scheduler_inboundtext
           (sid, from_number, body, received_at, answered_by_carrier, meaning)
    VALUES (%(sid)s, %(from_number)s, %(body)s, %(received_at)s, %(answered_by_carrier)s, '')
        ON CONFLICT (sid) DO NOTHING
    RETURNING id
"""
log = structlog.get_logger(__name__)


def receive(
    sid: str,
    from_number: str,
    body: str,
    *,
    now: datetime,
    answered_by_carrier: bool = False,
    sent_at: datetime | None = None,
) -> InboundText:
    """Store the text, commit, then act. The same `sid` acts once, however often it comes.

    Where the database is stuck it is acted on later.

    `from_number` is E.164 and can be forged, so everything a text does can be taken back.
    `answered_by_carrier`: Twilio has replied by itself (its STOP, START and HELP handling).
    `sent_at`: when it came, where we hear of it only `now`.
    """
    values = {
        "sid": sid,
        "from_number": from_number,
        "body": body[:2000],
        "received_at": sent_at or now,
        "answered_by_carrier": answered_by_carrier,
    }
    stored = fetch_rows(_STORE, values)
    inbound_id = stored[0][0] if stored else InboundText.objects.get(sid=sid).pk
    try:
        return act_on(inbound_id, now=now)
    except (OperationalError, InterfaceError) as error:
        # It is safe: whoever looks after waiting texts acts on it within seconds, and Twilio,
        # which would not send it again, has nothing to hear of this.
        log.warning("text waits", inbound=inbound_id, error=type(error).__name__)
        return InboundText(
            pk=inbound_id,
            sid=sid,
            from_number=from_number,
            body=body[:2000],
            received_at=sent_at or now,
            answered_by_carrier=answered_by_carrier,
        )


def act_on(inbound_id: int, *, now: datetime) -> InboundText:
    """Act on a stored text unless that was done."""
    with transaction.atomic():
        inbound = lock_row(InboundText.objects.all(), inbound_id)
        if inbound.acted_at is None:
            meaning = classify(inbound.body)
            inbound.meaning = meaning.value
            _act(inbound, meaning, now=now)
            inbound.acted_at = now
            inbound.save()
        return inbound


def act_on_waiting(*, now: datetime) -> int:
    """Act on texts that were stored and then forgotten by a process that died; how many.

    One that can't be acted on is left to staff, so that it holds up no other.
    """
    waiting = InboundText.objects.filter(
        acted_at=None, received_at__lt=now - timedelta(seconds=10)
    ).values_list("pk", flat=True)
    ids = list(waiting)
    for pk in ids:
        try:
            act_on(pk, now=now)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("text not acted on", inbound=pk)
            _give_up(pk, now=now)
    return len(ids)


def _give_up(inbound_id: int, *, now: datetime) -> None:
    with transaction.atomic():
        inbound = lock_row(InboundText.objects.all(), inbound_id)
        if inbound.acted_at is None:
            ask_staff(StaffTask.Kind.REPLY, inbound=inbound, urgent=True, now=now)
            inbound.acted_at = now
            inbound.save(update_fields=["acted_at"])


def _act(inbound: InboundText, meaning: Reply, *, now: datetime) -> None:
    number = inbound.from_number
    if is_overtaken(inbound, meaning, now=now):
        ask_staff(StaffTask.Kind.REPLY, inbound=inbound, now=now)
        return
    stopped = is_opted_out(SMS, number)
    match meaning:
        case Reply.STOP | Reply.STOP_CANCEL:
            if opt_out(SMS, number, source="text", now=now):
                _acknowledge(inbound, REPLY_STOPPED, now=now)
            if meaning is Reply.STOP_CANCEL and upcoming_visits(number, now):
                ask_staff(StaffTask.Kind.CANCEL_MEANT, inbound=inbound, urgent=True, now=now)
        case Reply.START | Reply.YES if meaning is Reply.START or stopped:
            if answer := STARTED[opt_in(SMS, number, source="text", now=now)]:
                _answer(inbound, answer, now=now)
        case Reply.MAYBE_STOP:
            if opt_out(SMS, number, source="text", now=now, paused_for_staff=True):
                _acknowledge(inbound, REPLY_PAUSED, now=now)
            ask_staff(StaffTask.Kind.MAYBE_STOP, inbound=inbound, urgent=True, now=now)
        case Reply.CONFIRM | Reply.YES | Reply.CHANGE:
            _about_a_visit(inbound, meaning, now=now)
        case Reply.HELP:
            _answer(inbound, "reply_help", now=now)
        case _:
            _leave_to_staff(inbound, "reply_unknown", now=now)


def _about_a_visit(inbound: InboundText, meaning: Reply, *, now: datetime) -> None:
    """Act on the one visit it can mean, or on those that one text asked about; on none where it
    could mean several."""
    upcoming = upcoming_visits(inbound.from_number, now)
    meant = upcoming if len(upcoming) == 1 else asked_about(upcoming, now)
    if not upcoming:
        _leave_to_staff(inbound, "reply_unknown", now=now)
        return
    if len(meant) != 1 and (meaning is Reply.CHANGE or not in_one_text(meant)):
        ask_staff(StaffTask.Kind.REPLY, inbound=inbound, now=now)
        _answer(inbound, "reply_ambiguous", now=now)
        return
    inbound.appointment = meant[0]
    if meaning is Reply.CHANGE:
        _answer(inbound, "reply_change", now=now)
        return
    try:
        for visit in meant:
            confirm_inside(visit.pk, via=Appointment.ConfirmedVia.TEXT, now=now)
    except (IllegalTransition, VisitOver):
        # Called off, or begun, this very moment.
        _leave_to_staff(inbound, "reply_unknown", now=now)
    else:
        _answer(inbound, "reply_confirmed", now=now)


def _leave_to_staff(inbound: InboundText, kind: str, *, now: datetime) -> None:
    ask_staff(StaffTask.Kind.REPLY, inbound=inbound, now=now)
    recent = Message.objects.filter(
        to=inbound.from_number, kind=kind, created_at__gt=now - ONE_ANSWER_A
    )
    if not recent.exists():
        _answer(inbound, kind, now=now)


def _acknowledge(inbound: InboundText, kind: str, *, now: datetime) -> None:
    """Confirm an opt-out, once, unless the carrier does. Too late is of no use, and not allowed."""
    if not carrier_confirms_stop(inbound.body):
        _answer(inbound, kind, useful=ACKNOWLEDGED_WITHIN, now=now)


def _answer(
    inbound: InboundText, kind: str, *, useful: timedelta = REPLY_USEFUL, now: datetime
) -> None:
    expires = inbound.received_at + useful
    if inbound.answered_by_carrier or expires <= now:
        return
    Message.objects.create(
        inbound=inbound,
        kind=kind,
        channel=SMS,
        to=inbound.from_number,
        language=_language(inbound),
        status=MessageStatus.PLANNED,
        due_at=now,
        next_attempt_at=now,
        expires_at=expires,
        created_at=inbound.received_at,
    )


def _language(inbound: InboundText) -> str:
    """The language that this number was last written to in, English for a stranger."""
    last = Message.objects.filter(to=inbound.from_number).order_by("-created_at", "-pk").first()
    return last.language if last else "en"
