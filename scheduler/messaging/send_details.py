"""Send a visit's details and links once more, because the patient asks for them."""

from datetime import datetime

from django.db import transaction

from scheduler.booking.models import Appointment
from scheduler.core.refusal import Audience, Refusal
from scheduler.core.status import refuse_unless_coming
from scheduler.messaging.consent.agreed import agreed_by
from scheduler.messaging.models import Message
from scheduler.messaging.plan import LINKS
from scheduler.messaging.send_links import links_message
from scheduler.transactions.row_locks import lock_row


class NobodyToWriteTo(Refusal):
    """There is neither a number nor an address that agreed to be written to."""

    code = "nobody-to-write-to"
    met_by = Audience.STAFF


def send_details(appointment_id: int, *, now: datetime) -> list[Message]:
    """Owe a message by each channel that was agreed to. Raises VisitOver and NobodyToWriteTo."""
    with transaction.atomic():
        appointment = lock_row(Appointment.objects.select_related("contact"), appointment_id)
        refuse_unless_coming(appointment.status, appointment.starts_at, now=now)
        addresses = agreed_by(appointment.contact) if appointment.contact else []
        if not addresses:
            raise NobodyToWriteTo
        sent = Message.objects.filter(appointment=appointment, kind=LINKS)
        return Message.objects.bulk_create(
            links_message(
                appointment, channel, sequence=sent.filter(channel=channel).count(), now=now
            )
            for channel, _to in addresses
        )
