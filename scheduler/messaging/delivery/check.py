"""Whether a planned message is still worth sending, asked again at the moment of sending."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic
from scheduler.contact_requests.models import ContactRequest
from scheduler.core.message_status import MessageStatus
from scheduler.core.reminder_times import in_window, next_allowed
from scheduler.core.status import EXPECTED, AppointmentStatus
from scheduler.messaging.consent.may_begin import ANSWERS_AN_ASKER
from scheduler.messaging.consent.opt_out import ACKNOWLEDGEMENTS, OPTED_OUT
from scheduler.messaging.consent.stop_reminders import REMINDERS_STOPPED
from scheduler.messaging.models import Channel, Message
from scheduler.messaging.plan import (
    CANCELLED,
    CLOSED,
    CODE,
    CONTACT_UNREACHED,
    LINKS,
    STAFF_REPLY,
    is_reminder,
    template_of,
)

# Texts that somebody just asked for may come at any hour; the rest keep to these (47 CFR
# 64.1200(c)(1), a telemarketing rule that the product keeps for everything).
QUIET_UNTIL, QUIET_FROM = time(8), time(21)
# That the clinic is closed must be known before people set out.
NEWS_FROM = time(6)
ANSWERS_WITHIN = timedelta(minutes=15)
# 47 CFR 64.1200(a)(9)(iv): healthcare texts, one a day and three a week to each patient.
REMINDERS_A_DAY, REMINDERS_A_WEEK = 1, 3


@dataclass(frozen=True, slots=True)
class Drop:
    """Do not send it: the status it ends in, and why."""

    status: MessageStatus
    reason: str


@dataclass(frozen=True, slots=True)
class Postpone:
    """Send it later: the hour is wrong."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Recipient:
    """What an address allows now (`agreed`: it said yes last), and how many of this patient's
    reminders left for it: since midnight at the clinic, and in seven days. `reminders_stopped`: it
    wants none of them, and everything else."""

    stopped: bool
    unusable: bool
    agreed: bool
    reminders_today: int = 0
    reminders_this_week: int = 0
    reminders_stopped: bool = False


GONE = Drop(MessageStatus.CANCELLED, "no-longer-true")


def check_message(
    message: Message, recipient: Recipient, clinic: Clinic, *, now: datetime
) -> Drop | Postpone | None:
    """None: send it."""
    if now >= message.expires_at:
        return Drop(MessageStatus.EXPIRED, "too-late")
    return (
        _owner(message)
        or check_address(message, recipient)
        or _hours(message, clinic, now)
        or _caps(message, recipient)
    )


def _owner(message: Message) -> Drop | None:
    if message.contact_request is not None:
        return None if message.contact_request.status == request_status(message.kind) else GONE
    return _appointment(message, message.appointment) if message.appointment else None


def request_status(kind: str) -> str:
    """What a request is while a message of this kind about it is true."""
    unreached = template_of(kind) == CONTACT_UNREACHED
    return ContactRequest.Status.UNREACHED if unreached else ContactRequest.Status.OPEN


def _appointment(message: Message, appointment: Appointment) -> Drop | None:
    template = template_of(message.kind)
    # What staff wrote is to the person, whatever becomes of the visit.
    if template == STAFF_REPLY:
        return None
    if template == CODE:
        current = (appointment.status, appointment.code_number)
        return None if current == (AppointmentStatus.HELD, message.sequence) else GONE
    # Links that were asked for lead to the visit as it is now, whatever became of it since.
    if appointment.sequence != message.sequence and template != LINKS:
        return GONE
    expected = {AppointmentStatus.CANCELLED} if template in {CANCELLED, CLOSED} else EXPECTED
    if appointment.status not in expected:
        return GONE
    if is_reminder(message.kind) and not appointment.reminders_on:
        return Drop(MessageStatus.SUPPRESSED, "reminders-off")
    return None


def check_address(message: Message, recipient: Recipient) -> Drop | None:
    """Whether its number or address may be written to, whatever the hour and the visit."""
    if recipient.stopped and message.kind not in ACKNOWLEDGEMENTS:
        return Drop(MessageStatus.SUPPRESSED, OPTED_OUT)
    if recipient.reminders_stopped and is_reminder(message.kind):
        return Drop(MessageStatus.SUPPRESSED, REMINDERS_STOPPED)
    if recipient.unusable:
        return Drop(MessageStatus.SUPPRESSED, "bad-address")
    answers = message.appointment is None or template_of(message.kind) in ANSWERS_AN_ASKER
    if not answers and not recipient.agreed:
        return Drop(MessageStatus.SUPPRESSED, "no-consent")
    return None


def _hours(message: Message, clinic: Clinic, now: datetime) -> Drop | Postpone | None:
    by_itself = is_reminder(message.kind) or template_of(message.kind) == CLOSED
    answers = not by_itself and now - message.created_at <= ANSWERS_WITHIN
    if answers or message.channel != Channel.SMS or message.kind == CODE:
        return None
    window = (QUIET_UNTIL, QUIET_FROM)
    if is_reminder(message.kind):
        window = (clinic.messages_from, clinic.messages_until)
    elif template_of(message.kind) == CLOSED:
        window = (NEWS_FROM, QUIET_FROM)
    at = int(now.timestamp())
    if in_window(at, clinic.zone, *window):
        return None
    allowed = datetime.fromtimestamp(next_allowed(at, clinic.zone, *window), clinic.zone)
    if allowed >= message.expires_at:
        return Drop(MessageStatus.EXPIRED, "quiet-hours")
    return Postpone(allowed)


def _caps(message: Message, recipient: Recipient) -> Drop | None:
    if message.channel != Channel.SMS or not is_reminder(message.kind):
        return None
    if (
        recipient.reminders_today >= REMINDERS_A_DAY
        or recipient.reminders_this_week >= REMINDERS_A_WEEK
    ):
        return Drop(MessageStatus.SUPPRESSED, "cap")
    return None
