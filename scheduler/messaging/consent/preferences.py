"""How the patient wants to hear from us about one visit: reminders or none, and the language."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from scheduler.booking.models import Appointment
from scheduler.core.message_status import MessageStatus
from scheduler.core.status import refuse_unless_coming
from scheduler.messaging import plan
from scheduler.messaging.consent.keep_back import keep_back
from scheduler.messaging.models import Message
from scheduler.transactions.row_locks import lock_row

REMINDERS_OFF = "reminders-off"


def set_preferences(
    appointment_id: int,
    *,
    reminders_on: bool | None = None,
    language: str | None = None,
    now: datetime,
) -> Appointment:
    """Set what is not None. `language` ("en" or "es") is that of messages, planned ones included.

    Reminders that are turned on again are owed again, those whose time is past excepted. Raises
    VisitOver where the visit has started or will not take place.
    """
    with transaction.atomic():
        appointment = lock_row(Appointment.objects.select_related("contact"), appointment_id)
        refuse_unless_coming(appointment.status, appointment.starts_at, now=now)
        before = (appointment.reminders_on, appointment.language)
        appointment.language = language or appointment.language
        if reminders_on is not None:
            appointment.reminders_on = reminders_on
        if before == (appointment.reminders_on, appointment.language):
            return appointment
        appointment.version += 1
        appointment.save(update_fields=["reminders_on", "language", "version"])
        if before[0] != appointment.reminders_on:
            _turn(appointment, now=now)
        _planned(appointment).update(language=appointment.language)
        return appointment


def _turn(appointment: Appointment, *, now: datetime) -> None:
    """Bring the rows of the reminders in line with `reminders_on`."""
    reminders = appointment.messages.filter(kind__startswith=plan.REMINDER_PREFIX)
    if not appointment.reminders_on:
        keep_back(reminders, reason=REMINDERS_OFF, now=now)
        return
    reminders.filter(
        status=MessageStatus.SUPPRESSED,
        reason=REMINDERS_OFF,
        sequence=appointment.sequence,
        due_at__gt=now,
    ).update(status=MessageStatus.PLANNED, reason="", settled_at=None)
    plan.owe_missing_reminders(appointment, now=now)


def _planned(appointment: Appointment) -> QuerySet[Message]:
    return appointment.messages.filter(status=MessageStatus.PLANNED)
