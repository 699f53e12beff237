"""Say by the other channel what did not arrive by the first, once."""

from datetime import datetime

from django.db import transaction

from scheduler.core.message_status import MessageStatus
from scheduler.messaging.address_status import address_status
from scheduler.messaging.channel_traits import TRAITS, address_of
from scheduler.messaging.delivery.channels import is_on, reports
from scheduler.messaging.delivery.patience import LONGEST_PART, PATIENCE
from scheduler.messaging.models import DeliveryEvent, Message
from scheduler.messaging.plan import CODE, is_reminder, template_of
from scheduler.transactions.statements import fetch_rows
from scheduler.worklist.ask_staff import ask_staff
from scheduler.worklist.models import StaffTask

NO_WORD = "no-word"
"""The code of a task about a message of which no word came in time."""

# Of use still, nothing owed by the other channel, and nobody asked.
_LATE = """
    SELECT message.id
      FROM scheduler_message AS message
      JOIN unnest(%(kinds)s::text[], %(seconds)s::float[]) AS waits (kind, seconds)
        ON message.kind = waits.kind OR starts_with(message.kind, waits.kind || '-')
     WHERE message.status = 'accepted' AND message.channel = ANY(%(channels)s)
       AND message.accepted_at > %(now)s - interval '1 day' AND message.expires_at > %(now)s
       AND message.accepted_at + least(waits.seconds * interval '1 second',
               (message.expires_at - message.accepted_at) * %(part)s) <= %(now)s
       AND NOT EXISTS (
               SELECT FROM scheduler_message AS other
                WHERE (other.appointment_id = message.appointment_id
                       OR other.contact_request_id = message.contact_request_id)
                  AND other.kind = message.kind AND other.sequence = message.sequence
                  AND other.channel <> message.channel)
       AND NOT EXISTS (SELECT FROM scheduler_stafftask AS task
                        WHERE task.message_id = message.id AND task.kind <> 'configuration')
     ORDER BY message.accepted_at
"""


def fall_back(message: Message, *, now: datetime) -> bool:
    """Owe the same words by the other channel, in the caller's transaction, which has locked the
    message.

    False where nobody agreed to be written to there, or that was owed there already: a visit's or
    request's unique constraint lets no second one in. A code proves the address that it goes to,
    so another one has to be asked for (`booking.holds.code_another_way`).
    """
    template = template_of(message.kind)
    if template not in PATIENCE or template == CODE or now >= message.expires_at:
        return False
    channel = TRAITS[message.channel].instead
    to = _address(message, channel)
    if not to or not is_on(channel):
        return False
    instead = Message(
        appointment=message.appointment,
        contact_request=message.contact_request,
        kind=message.kind,
        channel=channel,
        sequence=message.sequence,
        to=to,
        language=message.language,
        old_starts_at=message.old_starts_at,
        due_at=now,
        next_attempt_at=now,
        expires_at=message.expires_at,
        # Whether it answers what somebody just did is counted from the first.
        created_at=message.created_at,
    )
    Message.objects.bulk_create([instead], ignore_conflicts=True)
    return Message.objects.filter(public_id=instead.public_id).exists()


def _address(message: Message, channel: str) -> str:
    """Where its people may be written to by the channel; empty where they may not."""
    request, visit = message.contact_request, message.appointment
    owner = request or (visit.contact if visit else None)
    to = address_of(owner, channel) if owner else ""
    if not to:
        return ""
    status = address_status(channel, to)
    quiet = status.reminders_stopped and is_reminder(message.kind)
    shut = status.stopped or status.paused or status.unusable or quiet
    # The receipt of a request goes to any address that was given for it.
    return to if not shut and (status.agreed or request is not None) else ""


def fall_back_late(*, now: datetime) -> int:
    """Say by the other channel of what no word came in time, or ask staff; how many went.

    A carrier that has told of no message since then is silent on all: that is no news of this one,
    and staff are not asked.
    """
    last = DeliveryEvent.objects.order_by("-pk").values_list("at", flat=True).first()
    gone = 0
    for pk in _late(now):
        with transaction.atomic():
            # Who has the row just now brings news of it.
            found = Message.objects.select_for_update(skip_locked=True)
            message = found.filter(pk=pk, status=MessageStatus.ACCEPTED).first()
            if message is None or message.accepted_at is None:
                continue
            if fall_back(message, now=now):
                gone += 1
            elif last is not None and last >= message.accepted_at:
                ask_staff(StaffTask.Kind.MESSAGE, message=message, note=NO_WORD, now=now)
    return gone


def word_came(message: Message, *, now: datetime) -> None:
    """It arrived after all: staff who were asked about it can rest."""
    StaffTask.objects.filter(message=message, note=NO_WORD, done_at=None).update(done_at=now)


def _late(now: datetime) -> list[int]:
    values = {
        "kinds": [kind for kind in PATIENCE if kind != CODE],
        "seconds": [seconds for kind, seconds in PATIENCE.items() if kind != CODE],
        "part": LONGEST_PART,
        "channels": [channel for channel in TRAITS if reports(channel)],
        "now": now,
    }
    return [pk for (pk,) in fetch_rows(_LATE, values)]
