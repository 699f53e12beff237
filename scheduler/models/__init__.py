"""The tables. Rules that must never break are constraints here; everything else is an action."""

from scheduler.models.abuse import Asked, CodeSent, IdempotencyKey
from scheduler.models.appointment import Appointment
from scheduler.models.clinic import (
    Clinic,
    OpenHoliday,
    Provider,
    ReminderRule,
    Room,
    TimeOff,
    VisitType,
    VisitTypeRoom,
    WeeklyHours,
)
from scheduler.models.condition import Condition, ConditionSection, ConditionText
from scheduler.models.contact import ContactRequest, StaffTask
from scheduler.models.link import Link
from scheduler.models.message import DeliveryEvent, Heartbeat, InboundText, Message, SenderRate
from scheduler.models.patient import BadAddress, Consent, Contact, OptOut, Patient

__all__ = [
    "Appointment",
    "Asked",
    "BadAddress",
    "Clinic",
    "CodeSent",
    "Condition",
    "ConditionSection",
    "ConditionText",
    "Consent",
    "Contact",
    "ContactRequest",
    "DeliveryEvent",
    "Heartbeat",
    "IdempotencyKey",
    "InboundText",
    "Link",
    "Message",
    "OpenHoliday",
    "OptOut",
    "Patient",
    "Provider",
    "ReminderRule",
    "Room",
    "SenderRate",
    "StaffTask",
    "TimeOff",
    "VisitType",
    "VisitTypeRoom",
    "WeeklyHours",
]
