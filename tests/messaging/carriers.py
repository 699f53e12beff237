"""Transports that stand in for the network, and the few steps of a delivery."""

from collections.abc import Callable
from datetime import datetime

from scheduler.clinic.models import Clinic
from scheduler.messaging.delivery.check import Drop, Postpone, check_message
from scheduler.messaging.delivery.claim import claim_due
from scheduler.messaging.delivery.deliver import deliver
from scheduler.messaging.delivery.read import read_to_send
from scheduler.messaging.models import Message
from scheduler.transports.base import Outgoing, Receipt
from scheduler.transports.errors import TransportError


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

    def send(self, outgoing: Outgoing) -> Receipt:
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
