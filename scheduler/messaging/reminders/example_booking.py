"""What goes out about a booking that nobody made: planned, checked and put into words by what does
it for real."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.booking.models import Appointment
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Clinic, Provider, VisitType
from scheduler.core.message_status import MessageStatus
from scheduler.core.reminder_times import ReminderRule
from scheduler.core.status import AppointmentStatus
from scheduler.links.models import Link
from scheduler.messaging import plan
from scheduler.messaging.compose import compose
from scheduler.messaging.consent.agreed import Address
from scheduler.messaging.delivery.channels import is_on
from scheduler.messaging.delivery.check import Drop, Postpone, Recipient, check_message
from scheduler.messaging.delivery.outgoing import outgoing
from scheduler.messaging.models import Channel, Message
from scheduler.messaging.reminders.policy import ReminderPolicy
from scheduler.patients.models import Contact, Patient
from scheduler.transports.base import Outgoing

NAME, PHONE, MAIL = "Ana Ruiz", "+14195550123", "ana@example.org"
_LINKS = [Link(purpose=purpose, locator=purpose * 8, version=1) for purpose in "ai"]


@dataclass(frozen=True, slots=True)
class ExampleBooking:
    """Somebody books at `booked_at` and agrees to texts, mail, both or neither."""

    visit_type: VisitType
    booked_at: datetime
    starts_at: datetime
    by_text: bool
    by_mail: bool
    language: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """One message: when it leaves and how it reads then, or `why_not`, as a message's reason."""

    message: Message
    at: datetime
    why_not: str
    outgoing: Outgoing


def what_goes(example: ExampleBooking, rules: Sequence[ReminderRule]) -> list[Leaving]:
    """All that goes out by itself by these rules, as long as the patient does nothing, in the order
    in which it leaves."""
    clinic = current_clinic()
    visit = _visit(example, clinic)
    addresses = _addresses(example)
    window = (clinic.messages_from, clinic.messages_until)
    off = frozenset(channel for channel, _to in addresses if not is_on(channel))
    owed = plan.at_once(visit, plan.CONFIRMATION, addresses, now=example.booked_at)
    owed += plan.reminders_by(
        ReminderPolicy(rules, window, clinic.zone, unreached=off),
        visit,
        addresses,
        now=example.booked_at,
    )
    left: list[Leaving] = []
    for number, message in enumerate(sorted(owed, key=lambda one: one.due_at)):
        # Its links are marked by its id, as those of one that is written down.
        message.pk = number
        left.append(_leaving(message, clinic, left))
    return sorted(left, key=lambda one: one.at)


def _visit(example: ExampleBooking, clinic: Clinic) -> Appointment:
    minutes = timedelta(minutes=example.visit_type.duration_minutes)
    who_sees_them = Provider.objects.filter(visit_types=example.visit_type, active=True)
    patient = Patient(name=NAME, phone=PHONE, email=MAIL, language=example.language)
    return Appointment(
        reference="7K3M9QWX",
        visit_type=example.visit_type,
        provider=who_sees_them.order_by("name").first() or Provider(name="Dana"),
        status=AppointmentStatus.BOOKED,
        starts_at=example.starts_at,
        ends_at=example.starts_at + minutes,
        language=example.language,
        patient=patient,
        contact=Contact(patient=patient, name=NAME, phone=PHONE, email=MAIL),
        condition=example.visit_type.condition or clinic.default_condition,
        created_at=example.booked_at,
    )


def _addresses(example: ExampleBooking) -> list[Address]:
    given = [(Channel.SMS.value, PHONE)] * example.by_text
    return given + [(Channel.EMAIL.value, MAIL)] * example.by_mail


def _leaving(message: Message, clinic: Clinic, before: Sequence[Leaving]) -> Leaving:
    at, verdict = message.due_at, _verdict(message, clinic, before, at=message.due_at)
    if isinstance(verdict, Postpone):
        at = verdict.until
        verdict = _verdict(message, clinic, before, at=at)
    why_not = verdict.reason if isinstance(verdict, Drop) else ""
    ready = outgoing(message, compose(message, clinic), clinic, _LINKS, now=at)
    return Leaving(message, at, why_not, ready)


def _verdict(
    message: Message, clinic: Clinic, before: Sequence[Leaving], *, at: datetime
) -> Drop | Postpone | None:
    """What a worker would find at this moment, after what left before."""
    if not is_on(message.channel):
        return Drop(MessageStatus.SUPPRESSED, "channel-off")
    midnight = at.astimezone(clinic.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    reminded = [
        one.at
        for one in before
        if not one.why_not
        and one.message.channel == message.channel
        and plan.is_reminder(one.message.kind)
    ]
    recipient = Recipient(
        stopped=False,
        unusable=False,
        agreed=True,
        reminders_today=sum(one >= midnight for one in reminded),
        reminders_this_week=sum(one > at - timedelta(days=7) for one in reminded),
    )
    return check_message(message, recipient, clinic, now=at)
