"""What waits for a carrier that is away: when half of its time is over it goes by the other way, or
staff are asked, who can still call."""

from datetime import datetime

from django.db import transaction

from scheduler.clinic.current import current_clinic
from scheduler.core.message_status import MessageStatus
from scheduler.messaging.delivery.check import Drop, check_message
from scheduler.messaging.delivery.fall_back import fall_back
from scheduler.messaging.delivery.patience import LONGEST_PART
from scheduler.messaging.delivery.read import read_to_send
from scheduler.messaging.models import Message
from scheduler.transactions.statements import change_rows, fetch_rows
from scheduler.worklist.ask_staff import ask_staff
from scheduler.worklist.models import StaffTask

HELD_UP = "held-up"
"""The code of a task about a message that can't leave."""

# Unless the same has left or is about to by the other channel, or a reminder is still to come; of
# two that wait alike the later row is asked about. A code goes another way by itself. That our
# account needs attention is asked of one message for all: it says nothing of this one.
_HELD_UP = """
    WITH away AS (SELECT channel FROM scheduler_circuit WHERE open_until IS NOT NULL)
    SELECT message.id
      FROM scheduler_message AS message
     WHERE message.status = 'planned' AND message.sending_at IS NULL AND message.kind <> 'code'
       AND message.channel IN (SELECT channel FROM away)
       AND message.next_attempt_at <= %(now)s AND message.expires_at > %(now)s
       AND message.due_at + (message.expires_at - message.due_at) * %(part)s <= %(now)s
       AND NOT EXISTS (
               SELECT FROM scheduler_message AS other
                WHERE (other.appointment_id = message.appointment_id
                       OR other.contact_request_id = message.contact_request_id)
                  AND other.sequence = message.sequence AND other.id <> message.id
                  AND (other.kind = message.kind OR starts_with(other.kind, 'reminder-')
                                                    AND starts_with(message.kind, 'reminder-'))
                  AND (other.status IN ('accepted', 'delivered', 'uncertain')
                       OR other.status IN ('planned', 'claimed')
                          AND (other.channel NOT IN (SELECT channel FROM away)
                               OR (other.due_at, other.id) > (message.due_at, message.id))))
       AND NOT EXISTS (SELECT FROM scheduler_stafftask AS task
                        WHERE task.message_id = message.id AND task.kind <> 'configuration')
"""
_LEFT = """
    UPDATE scheduler_stafftask AS task SET done_at = %(now)s
      FROM scheduler_message AS message
     WHERE message.id = task.message_id AND task.done_at IS NULL AND task.note = %(note)s
       AND message.status IN ('accepted', 'delivered')
"""


def help_held_up(*, now: datetime) -> int:
    """How many went another way. Staff can rest about those that have left since."""
    change_rows(_LEFT, {"now": now, "note": HELD_UP})
    found = fetch_rows(_HELD_UP, {"now": now, "part": LONGEST_PART})
    return sum(_help(pk, now=now) for (pk,) in found)


def _help(pk: int, *, now: datetime) -> bool:
    with transaction.atomic():
        # Who has the row just now is sending it.
        waiting = Message.objects.select_for_update(skip_locked=True)
        message = waiting.filter(pk=pk, status=MessageStatus.PLANNED).first()
        if message is None or not _is_of_use(pk, now=now):
            return False
        if fall_back(message, now=now):
            return True
        ask_staff(StaffTask.Kind.MESSAGE, message=message, note=HELD_UP, now=now)
        return False


def staff_were_asked(message: Message) -> bool:
    """To help, because it is held up."""
    return StaffTask.objects.filter(message=message, note=HELD_UP).exists()


def _is_of_use(pk: int, *, now: datetime) -> bool:
    clinic = current_clinic()
    found = read_to_send(pk, clinic, now=now)
    if found is None:
        return False
    verdict = check_message(found.message, found.recipient, clinic, now=now)
    return not isinstance(verdict, Drop)
