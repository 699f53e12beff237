"""Transports that stand in for the network, and the few steps of a delivery."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic
from scheduler.messaging.delivery.check import Drop, Postpone, check_message
from scheduler.messaging.delivery.claim import claim_due
from scheduler.messaging.delivery.deliver import deliver
from scheduler.messaging.delivery.read import read_to_send
from scheduler.messaging.models import Message
from scheduler.transports.base import Outgoing, Receipt
from scheduler.transports.errors import TransportError
from tests.factories import NOW, PHONE, book


class Carrier:
    """Takes every message, or fails as told; `before` runs where the network would be."""

    def __init__(
        self,
        error: TransportError | None = None,
        *,
        before: Callable[[Outgoing], None] = lambda _: None,
    ) -> None:
        self.sent: list[Outgoing] = []
        self.error = error
        self._before = before

    def session(self) -> AbstractContextManager[None]:
        return nullcontext()

    def send(self, outgoing: Outgoing) -> Receipt:
        outgoing.may_leave()
        self._before(outgoing)
        if self.error:
            raise self.error
        self.sent.append(outgoing)
        return Receipt(sid=f"SM{len(self.sent):03d}")


def deliver_due(
    carrier: Carrier, *, now: datetime, channel: str = "sms", limit: int = 100
) -> list[str]:
    """Deliver what is due by one channel; what became of each."""
    clinic = Clinic.objects.get()
    return [
        deliver(claim, {channel: carrier}, clinic, now=now)
        for claim in claim_due(channel, limit=limit, now=now)
    ]


def verdict_on(message: Message, *, now: datetime) -> Drop | Postpone | None:
    """What the check would say of it at this moment; None: it would be sent."""
    clinic = Clinic.objects.get()
    found = read_to_send(message.pk, clinic, now=now)
    assert found is not None
    return check_message(found.message, found.recipient, clinic, now=now)


def fresh(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


def many_texts(count: int, *, kind: str = "confirmation", late: int = 0) -> None:
    """As many texts of one visit, due now or so many seconds ago; its own are out of the way."""
    owner = Appointment.objects.first()
    if owner is None:
        owner = book()
        Message.objects.filter(channel="sms").delete()
    due = NOW - timedelta(seconds=late)
    Message.objects.bulk_create(
        Message(
            appointment=owner,
            kind=kind,
            channel="sms",
            sequence=number,
            to=PHONE,
            language="en",
            due_at=due,
            next_attempt_at=due,
            expires_at=NOW + timedelta(days=1),
            created_at=NOW,
        )
        for number in range(count)
    )
