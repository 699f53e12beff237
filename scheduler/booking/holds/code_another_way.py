"""A code that can't reach its number is sent to the mail address, and the other way round."""

from datetime import datetime

from scheduler.booking.holds.send_code import resend_code
from scheduler.core.backoff import STOPPED_AT_CARRIER
from scheduler.core.refusal import Refusal
from scheduler.messaging.channel_traits import TRAITS
from scheduler.messaging.delivery.channels import is_on, reports
from scheduler.messaging.delivery.patience import PATIENCE
from scheduler.messaging.plan import CODE
from scheduler.patients.person import Person
from scheduler.transactions.statements import fetch_rows
from scheduler.worklist.models import StaffTask

# The newest code of a time that is being kept: refused, not delivered, without a word in time (it
# may have left, or not), or waiting for a carrier that fails. One that an opt-out kept back is not
# among them: to send it elsewhere would tell a stranger that the number is a patient's.
_LOST = """
    SELECT held.id, held.held_details::json, message.id, message.channel
      FROM scheduler_appointment AS held
      JOIN scheduler_message AS message ON message.appointment_id = held.id
           AND message.kind = %(code)s AND message.sequence = held.code_number
           AND message.channel = held.code_channel
     WHERE held.status = 'held' AND held.hold_expires_at > %(now)s
       AND (message.status IN ('failed', 'undelivered') AND message.error_code <> ALL(%(stopped)s)
            OR message.status = 'suppressed' AND message.reason = 'bad-address'
            OR message.status = 'accepted' AND message.channel = ANY(%(reporting)s)
               AND message.accepted_at <= %(now)s - %(patience)s * interval '1 second'
            OR (message.status = 'uncertain' OR message.status = 'planned'
                AND message.channel IN (SELECT channel FROM scheduler_circuit))
               AND message.due_at <= %(now)s - %(patience)s * interval '1 second')
"""


def codes_another_way(*, now: datetime) -> int:
    """Send a new code by the other channel for each that is lost, where its address agreed to be
    written to; how many. The one before stops working, and the limits on codes hold."""
    values = {
        "code": CODE,
        "now": now,
        "stopped": [STOPPED_AT_CARRIER],
        "reporting": [channel for channel in TRAITS if reports(channel)],
        "patience": PATIENCE[CODE],
    }
    sent = 0
    for held, details, message, channel in fetch_rows(_LOST, values):
        other = TRAITS[channel].instead
        agreed = dict(Person.from_json(details).agreed)
        if other not in agreed or not is_on(other):
            continue
        try:
            # Nobody's network asked for it: the limits of the address and of everybody hold.
            resend_code(held, other, network=f"{CODE} {held}", now=now)
        except Refusal:
            # Asked for anew, used or let go meanwhile; or too many: the page offers a call.
            continue
        StaffTask.objects.filter(message=message, done_at=None).update(done_at=now)
        sent += 1
    return sent
