"""When a visit is named by the text about another visit of its patient's day."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, QuerySet

from scheduler.booking.models import Appointment
from scheduler.clinic.current import current_clinic
from scheduler.clinic.local_days import bounds
from scheduler.core.message_status import MessageStatus
from scheduler.core.status import EXPECTED
from scheduler.messaging.models import Channel, Message
from scheduler.messaging.plan import REMINDER_PREFIX, is_reminder


def reminders_beside(appointment: Appointment) -> QuerySet[Message]:
    """The planned reminders by text of the patient's other visits on that day."""
    tz = current_clinic().zone
    midnight, next_midnight = bounds(appointment.starts_at.astimezone(tz).date(), tz)
    return Message.objects.filter(
        appointment__patient=appointment.patient_id or 0,
        appointment__starts_at__gte=midnight,
        appointment__starts_at__lt=next_midnight,
        appointment__status__in=EXPECTED,
        appointment__reminders_on=True,
        appointment__sequence=F("sequence"),
        kind__startswith=REMINDER_PREFIX,
        channel=Channel.SMS,
        status__in=(MessageStatus.PLANNED, MessageStatus.CLAIMED),
    ).exclude(appointment=appointment)


def told_earlier(ahead: Iterable[Message], beside: Iterable[Message]) -> dict[int, datetime]:
    """Of the visit's planned messages: id to when a reminder beside it leaves that tells it too.

    A text names the visits of one day whose reminders are due that same day, at its number, as
    `delivery.told_too` has it.
    """
    texts = [row for row in ahead if is_reminder(row.kind) and row.channel == Channel.SMS]
    others = sorted((row.next_attempt_at, row.to) for row in beside)
    if not texts or not others:
        return {}
    tz = current_clinic().zone
    found: dict[int, datetime] = {}
    for row in texts:
        today = row.next_attempt_at.astimezone(tz).date()
        for at, to in others:
            if to == row.to and at < row.next_attempt_at and at.astimezone(tz).date() == today:
                found.setdefault(row.pk, at)
    return found
