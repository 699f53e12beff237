"""Texts after all: who booked without agreeing to them thinks again."""

from datetime import datetime

from django.db import transaction

from scheduler.booking.models import Appointment
from scheduler.core.status import refuse_unless_coming
from scheduler.messaging import plan
from scheduler.messaging.consent.agreed import agreed_by
from scheduler.messaging.consent.write_consent import write_consent
from scheduler.messaging.models import Channel, Message
from scheduler.transactions.row_locks import lock_row


class NotProven(Exception):
    """No code was texted to a number of this visit, so nobody knows whose it is."""


def can_agree_to_texts(appointment: Appointment) -> bool:
    """Whether the visit has a number that a texted code has proven."""
    contact = appointment.contact
    return bool(contact and contact.phone) and appointment.code_channel == Channel.SMS


def agree_to_texts(
    appointment_id: int, *, language: str, source: str, now: datetime
) -> Appointment:
    """Write the consent down, and owe the confirmation and the reminders; twice owes nothing more.

    `language` is that of the sentence agreed to. Raises VisitOver and NotProven.
    """
    with transaction.atomic():
        appointment = lock_row(Appointment.objects.select_related("contact"), appointment_id)
        refuse_unless_coming(appointment.status, appointment.starts_at, now=now)
        if appointment.contact is None or not can_agree_to_texts(appointment):
            raise NotProven
        address = (Channel.SMS.value, str(appointment.contact.phone))
        if address in agreed_by(appointment.contact):
            return appointment
        name = appointment.contact.name
        write_consent(*address, granted=True, language=language, source=source, name=name, now=now)
        owed = plan.at_once(appointment, plan.CONFIRMATION, [address], now=now) + plan.reminders(
            appointment, [address], now=now
        )
        Message.objects.bulk_create(owed, ignore_conflicts=True)
        return appointment
