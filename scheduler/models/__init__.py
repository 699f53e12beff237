"""The tables. Rules that must never break are constraints here; everything else is an action."""

from scheduler.models.abuse import Asked, CodeSent, IdempotencyKey
from scheduler.models.access_event import AccessEvent
from scheduler.models.appointment import Appointment
from scheduler.models.clinic import (
    Clinic,
    OpenHoliday,
    Provider,
    Readiness,
    ReminderRule,
    Room,
    TimeOff,
    VisitType,
    VisitTypeRoom,
    WeeklyHours,
)
from scheduler.models.closing import ClosedDay, Offer, ProviderDelay
from scheduler.models.condition import Condition, ConditionSection, ConditionText
from scheduler.models.contact import CallAttempt, CallClaim, ContactRequest, StaffTask
from scheduler.models.demo import DemoRow
from scheduler.models.link import Link
from scheduler.models.message import (
    DeliveryEvent,
    Heartbeat,
    InboundText,
    Message,
    MessageTemplate,
    SenderRate,
)
from scheduler.models.patient import (
    BadAddress,
    Consent,
    Contact,
    OptOut,
    Patient,
    PatientKey,
    PatientNote,
)
from scheduler.models.readiness import ReadyItem
from scheduler.models.staff import SecondStep, StaffMember, StaffRole

__all__ = [
    "AccessEvent",
    "Appointment",
    "Asked",
    "BadAddress",
    "CallAttempt",
    "CallClaim",
    "Clinic",
    "ClosedDay",
    "CodeSent",
    "Condition",
    "ConditionSection",
    "ConditionText",
    "Consent",
    "Contact",
    "ContactRequest",
    "DeliveryEvent",
    "DemoRow",
    "Heartbeat",
    "IdempotencyKey",
    "InboundText",
    "Link",
    "Message",
    "MessageTemplate",
    "Offer",
    "OpenHoliday",
    "OptOut",
    "Patient",
    "PatientKey",
    "PatientNote",
    "Provider",
    "ProviderDelay",
    "Readiness",
    "ReadyItem",
    "ReminderRule",
    "Room",
    "SecondStep",
    "SenderRate",
    "StaffMember",
    "StaffRole",
    "StaffTask",
    "TimeOff",
    "VisitType",
    "VisitTypeRoom",
    "WeeklyHours",
]
