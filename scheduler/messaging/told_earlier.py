"""When a visit is named by the text about another visit of its patient's day."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from scheduler.booking.models import Appointment
from scheduler.clinic.current import current_clinic
from scheduler.clinic.local_days import bounds
from scheduler.core.message_status import MessageStatus
from scheduler.core.status import EXPECTED
from scheduler.messaging.models import Channel, Message
from scheduler.messaging.plan import REMINDER_PREFIX, is_reminder


def told_earlier(appointment: Appointment, ahead: Iterable[Message]) -> dict[int, datetime]:
    """Of the visit's planned messages: id to when another reminder leaves that tells it too.

    A text names the visits of one day whose reminders are due that same day, at its number, as
    `delivery.told_too` has it.
    """
    texts = [row for row in ahead if is_reminder(row.kind) and row.channel == Channel.SMS]
    if not texts or appointment.patient_id is None:
        return {}
    tz = current_clinic().zone
    midnight, next_midnight = bounds(appointment.starts_at.astimezone(tz).date(), tz)
    others = Message.objects.filter(
        appointment__patient=appointment.patient_id,
        appointment__starts_at__gte=midnight,
        appointment__starts_at__lt=next_midnight,
        appointment__status__in=EXPECTED,
        appointment__reminders_on=True,
        appointment__sequence=F("sequence"),
        kind__startswith=REMINDER_PREFIX,
        channel=Channel.SMS,
        status__in=(MessageStatus.PLANNED, MessageStatus.CLAIMED),
    ).exclude(appointment=appointment)
    due = list(others.order_by("next_attempt_at").values_list("to", "next_attempt_at"))
    found: dict[int, datetime] = {}
    for row in texts:
        today = row.next_attempt_at.astimezone(tz).date()
        for to, at in due:
            if to == row.to and at < row.next_attempt_at and at.astimezone(tz).date() == today:
                found.setdefault(row.pk, at)
    return found
