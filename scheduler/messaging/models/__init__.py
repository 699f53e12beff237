"""The tables of messages, in one place for who imports them."""

from scheduler.messaging.models.addresses import Channel, Consent
from scheduler.messaging.models.alarms import Alarm
from scheduler.messaging.models.messages import DeliveryEvent, Message
from scheduler.messaging.models.opt_outs import BadAddress, OptOut, ReminderOptOut
from scheduler.messaging.models.templates import MessageTemplate
from scheduler.messaging.models.workers import Heartbeat, SenderRate

__all__ = [
    "Alarm",
    "BadAddress",
    "Channel",
    "Consent",
    "DeliveryEvent",
    "Heartbeat",
    "Message",
    "MessageTemplate",
    "OptOut",
    "ReminderOptOut",
    "SenderRate",
]
