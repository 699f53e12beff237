"""The tables, gathered for Django. What must never break is a constraint in them."""

from scheduler.accounts.models import SecondStep, StaffMember, StaffRole
from scheduler.audit.models import AccessEvent
from scheduler.booking.models import Appointment, ReadyItem
from scheduler.clinic.models import (
    Clinic,
    Condition,
    ConditionSection,
    ConditionText,
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
from scheduler.closures.models import EmergencyClosure, ProviderDelay, RescheduleOffer
from scheduler.contact_requests.models import CallAttempt, CallClaim, ContactRequest
from scheduler.demo.models import DemoRow
from scheduler.links.models import Link
from scheduler.messaging.models import (
    Alarm,
    BadAddress,
    Circuit,
    Consent,
    DeliveryEvent,
    Heartbeat,
    Message,
    MessageTemplate,
    OptOut,
    ReminderOptOut,
    RemindersToReplan,
    SenderRate,
)
from scheduler.patients.models import Contact, Patient, PatientKey, PatientNote
from scheduler.rate_limits.models import CodeSent, RateLimitEvent
from scheduler.replies.models import InboundText
from scheduler.transactions.models import IdempotencyKey
from scheduler.worklist.models import StaffTask

__all__ = [
    "AccessEvent",
    "Alarm",
    "Appointment",
    "BadAddress",
    "CallAttempt",
    "CallClaim",
    "Circuit",
    "Clinic",
    "CodeSent",
    "Condition",
    "ConditionSection",
    "ConditionText",
    "Consent",
    "Contact",
    "ContactRequest",
    "DeliveryEvent",
    "DemoRow",
    "EmergencyClosure",
    "Heartbeat",
    "IdempotencyKey",
    "InboundText",
    "Link",
    "Message",
    "MessageTemplate",
    "OpenHoliday",
    "OptOut",
    "Patient",
    "PatientKey",
    "PatientNote",
    "Provider",
    "ProviderDelay",
    "RateLimitEvent",
    "Readiness",
    "ReadyItem",
    "ReminderOptOut",
    "ReminderRule",
    "RemindersToReplan",
    "RescheduleOffer",
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
