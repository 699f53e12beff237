"""Let go of holds that ran out. A statement of its own, so that its commit is seen at once.

What was typed goes with the hold, unless staff still owe the person a call.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.db import connection

from scheduler.booking.refusals import LapsedHold, SlotTaken
from scheduler.transactions.lock_order import refuse_transaction

Done = TypeVar("Done")

_EXPIRE = """
    UPDATE scheduler_appointment
       SET status = 'expired', version = version + 1,
           held_details = CASE WHEN EXISTS (
               SELECT FROM scheduler_stafftask AS task
                WHERE task.appointment_id = scheduler_appointment.id
                  AND task.kind = 'call-to-book' AND task.done_at IS NULL
           ) THEN held_details END
     WHERE id IN (SELECT id FROM scheduler_appointment
                   WHERE status = 'held' AND hold_expires_at <= %(now)s
                     AND busy_start < %(end)s AND busy_end > %(start)s
                     FOR UPDATE SKIP LOCKED)
"""


def past_lapsed_holds(attempt: Callable[[], Done], *, now: datetime) -> Done:
    """Run a whole transaction, and once more where only a hold that ran out stood in its way.

    It is expired in between, in a statement of its own whose commit everybody sees at once.
    """
    try:
        return attempt()
    except LapsedHold as lapsed:
        expire_holds(lapsed.busy_start, lapsed.busy_end, now=now)
    try:
        return attempt()
    except LapsedHold:
        raise SlotTaken from None


def expire_holds(start: datetime, end: datetime, *, now: datetime) -> int:
    """Expire the lapsed holds that are busy between `start` and `end`; how many there were.

    Call it outside a transaction, which would keep others waiting for these rows until it ends.
    What another process is just expiring is skipped.
    """
    refuse_transaction("expire_holds")
    with connection.cursor() as cursor:
        cursor.execute(_EXPIRE, {"start": start, "end": end, "now": now})
        return int(cursor.rowcount)
