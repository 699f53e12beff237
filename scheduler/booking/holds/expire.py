"""Let go of holds that ran out. A statement of its own, so that its commit is seen at once.

What was typed goes with the hold, unless staff still owe the person a call.
"""

from datetime import datetime

from django.db import connection

from scheduler.transactions.lock_order import refuse_transaction

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


def expire_holds(start: datetime, end: datetime, *, now: datetime) -> int:
    """Expire the lapsed holds that are busy between `start` and `end`; how many there were.

    Call it outside a transaction, which would keep others waiting for these rows until it ends.
    What another process is just expiring is skipped.
    """
    refuse_transaction("expire_holds")
    with connection.cursor() as cursor:
        cursor.execute(_EXPIRE, {"start": start, "end": end, "now": now})
        return int(cursor.rowcount)
