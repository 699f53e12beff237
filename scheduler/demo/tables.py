"""The tables that a demo fills: what others point at comes first."""

from django.db.models import Model

from scheduler.accounts.models import StaffMember, StaffRole
from scheduler.audit.models import AccessEvent
from scheduler.booking.models import Appointment, ReadyItem
from scheduler.clinic.models import Provider, TimeOff, WeeklyHours
from scheduler.closures.models import EmergencyClosure, ProviderDelay, RescheduleOffer
from scheduler.contact_requests.models import CallAttempt, CallClaim, ContactRequest
from scheduler.links.models import Link
from scheduler.messaging.models import (
    BadAddress,
    Consent,
    DeliveryEvent,
    Message,
    OptOut,
    ReminderOptOut,
)
from scheduler.patients.models import Contact, Patient, PatientNote
from scheduler.replies.models import InboundText
from scheduler.worklist.models import StaffTask

ORDER: tuple[type[Model], ...] = (
    StaffMember,
    StaffRole,
    Provider,
    Provider.visit_types.through,
    WeeklyHours,
    WeeklyHours.visit_types.through,
    TimeOff,
    ProviderDelay,
    Patient,
    Contact,
    PatientNote,
    ContactRequest,
    Appointment,
    ReadyItem,
    Link,
    InboundText,
    Message,
    DeliveryEvent,
    EmergencyClosure,
    RescheduleOffer,
    StaffTask,
    CallAttempt,
    CallClaim,
    Consent,
    OptOut,
    ReminderOptOut,
    BadAddress,
    AccessEvent,
)

# Whose rows hang on no other: each is noted as made up, and leads to all the rest.
ROOTS: tuple[type[Model], ...] = (
    StaffMember,
    Provider,
    TimeOff,
    Patient,
    ContactRequest,
    InboundText,
    EmergencyClosure,
    Consent,
    OptOut,
    ReminderOptOut,
    BadAddress,
)
