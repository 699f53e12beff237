"""Stop the reminders to a number or address and nothing else, or let them come again."""

from datetime import datetime

from django.db import transaction

from scheduler.messaging.consent.keep_back import keep_back
from scheduler.messaging.consent.owe_again import owe_again
from scheduler.messaging.models import Message, ReminderOptOut
from scheduler.messaging.plan import REMINDER_PREFIX

REMINDERS_STOPPED = "reminders-stopped"
# The source of a stop that was asked for in a mail.
BY_LINK = "link in a reminder"
# For a statement that calls the message's row `message`.
IS_STOPPED_REMINDER = f"""
    (starts_with(message.kind, '{REMINDER_PREFIX}')
     AND EXISTS (SELECT FROM scheduler_reminderoptout AS quiet
                  WHERE quiet.channel = message.channel AND quiet.address = message.to
                    AND quiet.lifted_at IS NULL))
"""


def stop_reminders(channel: str, address: str, *, source: str, now: datetime) -> bool:
    """Stop them at once, for everybody who shares the address; what has not begun to leave is kept
    back.

    News of a visit still goes there. False where they were stopped already.
    """
    with transaction.atomic():
        _stopped, created = ReminderOptOut.objects.get_or_create(
            channel=channel,
            address=address,
            lifted_at=None,
            defaults={"source": source, "at": now},
        )
        reminders = Message.objects.filter(
            channel=channel, to=address, kind__startswith=REMINDER_PREFIX
        )
        keep_back(reminders, reason=REMINDERS_STOPPED, now=now)
    return created


def resume_reminders(channel: str, address: str, *, now: datetime) -> bool:
    """Let reminders go there again; those still ahead are owed anew.

    False where nothing stopped them.
    """
    with transaction.atomic():
        lifted = ReminderOptOut.objects.filter(
            channel=channel, address=address, lifted_at=None
        ).update(lifted_at=now)
        if lifted:
            owe_again(channel, address, kept_back=REMINDERS_STOPPED, now=now)
    return bool(lifted)


def are_reminders_stopped(channel: str, address: str) -> bool:
    return ReminderOptOut.objects.filter(channel=channel, address=address, lifted_at=None).exists()
