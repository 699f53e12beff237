"""The tables of messages, in one place for who imports them."""

from scheduler.messaging.models.addresses import Channel, Consent
from scheduler.messaging.models.messages import DeliveryEvent, Message
from scheduler.messaging.models.opt_outs import BadAddress, OptOut
from scheduler.messaging.models.templates import MessageTemplate
from scheduler.messaging.models.workers import Heartbeat, SenderRate

__all__ = [
    "BadAddress",
    "Channel",
    "Consent",
    "DeliveryEvent",
    "Heartbeat",
    "Message",
    "MessageTemplate",
    "OptOut",
    "SenderRate",
]
