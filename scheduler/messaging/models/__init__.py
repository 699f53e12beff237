"""The tables of messages, in one place for who imports them."""

from scheduler.messaging.models.addresses import Channel, Consent
from scheduler.messaging.models.alarms import Alarm
from scheduler.messaging.models.circuits import Circuit
from scheduler.messaging.models.messages import DeliveryEvent, Message
from scheduler.messaging.models.opt_outs import BadAddress, OptOut, ReminderOptOut
from scheduler.messaging.models.priority import Priority
from scheduler.messaging.models.replans import RemindersToReplan
from scheduler.messaging.models.templates import MessageTemplate
from scheduler.messaging.models.workers import Heartbeat, SenderRate

__all__ = [
    "Alarm",
    "BadAddress",
    "Channel",
    "Circuit",
    "Consent",
    "DeliveryEvent",
    "Heartbeat",
    "Message",
    "MessageTemplate",
    "OptOut",
    "Priority",
    "ReminderOptOut",
    "RemindersToReplan",
    "SenderRate",
]
