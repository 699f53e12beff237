"""Settle texts that may or may not have left, by the carrier's own record of them.

What is on it was taken: it is accepted, and its delivery status goes on from there. What is surely
not on it is due again. What can't be told goes to staff, with what was looked up.
"""

from datetime import datetime, timedelta
from enum import Enum

import structlog
from django.db import transaction

from scheduler.core.backoff import MOST_ATTEMPTS
from scheduler.core.message_status import MessageStatus
from scheduler.messaging.delivery.circuit import is_away
from scheduler.messaging.delivery.fall_back import fall_back
from scheduler.messaging.delivery.record import doubt_is_over, record_delivery
from scheduler.messaging.models import Message
from scheduler.messaging.uncertain.look_up import begun, look_up
from scheduler.messaging.uncertain.recognize import Missing
from scheduler.transactions.row_locks import lock_row
from scheduler.transactions.statements import fetch_rows
from scheduler.transports.base import Listed, Listing
from scheduler.transports.errors import NotListed
from scheduler.worklist.ask_staff import ask_staff
from scheduler.worklist.models import StaffTask

log = structlog.get_logger(__name__)

# Staff hear of a record that can't be read after this, or when the text is of no more use.
ASK_STAFF_AFTER = timedelta(minutes=30)
# A carrier may be away for two days.
LOOK_FOR = timedelta(days=3)
# While the record can't be read, one look a minute is enough for all.
AWAY = timedelta(minutes=1)
# Whoever looks one up has it for so long; the next look is after half its age, within these.
TURN = timedelta(minutes=2)
SOONEST, LATEST = timedelta(seconds=15), timedelta(minutes=30)

_TAKE = """
    UPDATE scheduler_message SET look_up_at = %(until)s
     WHERE id = (SELECT id FROM scheduler_message WHERE look_up_at <= %(now)s
                  ORDER BY look_up_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id
"""


class Outcome(Enum):
    """What a look at the record came to."""

    FOUND = "found"
    DUE_AGAIN = "due again"
    TO_STAFF = "to staff"
    WAITING = "waiting"
    NOT_LISTED = "not listed"


def settle_next(listing: Listing | None, *, now: datetime) -> Outcome | None:
    """Look up the next doubtful text; None where there is none to look up now.

    Two that do this at once never look up the same one; if they did, one would change nothing.
    """
    taken = fetch_rows(_TAKE, {"now": now, "until": now + TURN})
    if not taken:
        return None
    message = Message.objects.select_related(
        "appointment", "contact_request", "inbound__appointment"
    ).get(pk=taken[0][0])
    outcome = _settle(message, listing, now=now)
    log.info("message looked up", message=message.public_id.hex, outcome=outcome.value)
    return outcome


def _settle(message: Message, listing: Listing | None, *, now: datetime) -> Outcome:
    try:
        found = look_up(message, listing, now=now)
    except NotListed as error:
        log.warning("list not read", code=error.code)
        return _not_listed(message, now=now)
    if isinstance(found, Listed):
        record_delivery(message.public_id.hex, found.sid, found.status, found.error_code, now=now)
        return Outcome.FOUND
    if found is None:
        return _look_again(message, now=now)
    if found is Missing.ABSENT:
        return _due_again(message, now=now)
    return _leave_to_staff(message, found.value, now=now)


def _due_again(message: Message, *, now: datetime) -> Outcome:
    with transaction.atomic():
        row = lock_row(Message.objects.all(), message.pk)
        if not _still_in_doubt(row, message):
            return Outcome.WAITING
        doubt_is_over(row, now=now)
        row.sending_at = None
        # What fails with all others while the carrier is away uses up no attempt, and is counted
        # from there on.
        if is_away(row.channel):
            row.attempts = 1
        if row.attempts < MOST_ATTEMPTS:
            row.status, row.settled_at = MessageStatus.PLANNED, None
            row.error_code, row.next_attempt_at = "", now
            row.save()
            return Outcome.DUE_AGAIN
        row.status, row.settled_at = MessageStatus.FAILED, now
        row.error_code = Missing.ABSENT.value
        row.save()
        if not fall_back(row, now=now):
            ask_staff(StaffTask.Kind.MESSAGE, message=row, note=row.error_code, now=now)
        return Outcome.TO_STAFF


def _still_in_doubt(row: Message, message: Message) -> bool:
    """Whether it is still the doubt that was looked up: a callback may have come meanwhile."""
    return row.status == MessageStatus.UNCERTAIN and row.sending_at == message.sending_at


def _not_listed(message: Message, *, now: datetime) -> Outcome:
    away = now + AWAY
    Message.objects.filter(look_up_at__lt=away).update(look_up_at=away)
    if now < min(begun(message) + ASK_STAFF_AFTER, message.expires_at):
        _look_again(message, now=now, soonest=AWAY)
    else:
        _leave_to_staff(message, "list-away", now=now, look_again=True)
    return Outcome.NOT_LISTED


def _leave_to_staff(
    message: Message, note: str, *, now: datetime, look_again: bool = False
) -> Outcome:
    """`look_again`: the record may still tell, later."""
    with transaction.atomic():
        row = lock_row(Message.objects.all(), message.pk)
        if not _still_in_doubt(row, message):
            return Outcome.WAITING
        told = StaffTask.objects.filter(message=row, kind=StaffTask.Kind.UNCERTAIN)
        if not told.filter(created_at__gte=begun(row)).update(note=note):
            ask_staff(StaffTask.Kind.UNCERTAIN, message=row, note=note, now=now)
        row.look_up_at = _next_look(message, now=now, soonest=AWAY) if look_again else None
        row.save(update_fields=["look_up_at"])
    return Outcome.TO_STAFF


def _look_again(message: Message, *, now: datetime, soonest: timedelta = SOONEST) -> Outcome:
    Message.objects.filter(pk=message.pk, status=MessageStatus.UNCERTAIN).update(
        look_up_at=_next_look(message, now=now, soonest=soonest)
    )
    return Outcome.WAITING


def _next_look(message: Message, *, now: datetime, soonest: timedelta = SOONEST) -> datetime | None:
    age = now - begun(message)
    return now + min(max(age / 2, soonest), LATEST) if age < LOOK_FOR else None
