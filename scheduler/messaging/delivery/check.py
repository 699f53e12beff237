"""Whether a planned message is still worth sending, asked again at the moment of sending."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic
from scheduler.contact_requests.models import ContactRequest
from scheduler.core.message_status import MessageStatus
from scheduler.core.quiet_hours import Clock, binding, next_suiting
from scheduler.core.status import EXPECTED, AppointmentStatus
from scheduler.messaging.channel_traits import TRAITS
from scheduler.messaging.consent.may_begin import ANSWERS_AN_ASKER
from scheduler.messaging.consent.opt_out import ACKNOWLEDGEMENTS, OPTED_OUT
from scheduler.messaging.consent.stop_reminders import REMINDERS_STOPPED
from scheduler.messaging.models import Message
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
from scheduler.messaging.recipient_clocks import (
    NEWS_FROM,
    QUIET_FROM,
    QUIET_UNTIL,
    recipient_clocks,
)

# Texts that somebody just asked for may come at any hour; the rest keep to quiet hours.
ANSWERS_WITHIN = timedelta(minutes=15)
# A reminder that another is to name waits this long for it.
A_MOMENT = timedelta(seconds=30)
# Who hears less than this before the visit that the clinic is closed has perhaps set out.
TO_SET_OUT = timedelta(hours=2)
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
    """What an address allows now (`agreed`: it said yes last), and how many reminders left for this
    patient by the channel: since midnight at the clinic, and in seven days. `reminders_stopped`: it
    wants none of them, and everything else.

    `after_another`: a reminder of another visit of that day goes first, and will name this one.
    """

    stopped: bool
    unusable: bool
    agreed: bool
    reminders_today: int = 0
    reminders_this_week: int = 0
    reminders_stopped: bool = False
    after_another: bool = False


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
        or (Postpone(now + A_MOMENT) if recipient.after_another else None)
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
    if answers or not TRAITS[message.channel].wakes or message.kind == CODE:
        return None
    allowed = _allowed_from(message, clinic, now)
    if allowed <= now:
        return None
    if allowed >= message.expires_at:
        return Drop(MessageStatus.EXPIRED, "quiet-hours")
    return Postpone(allowed)


def _allowed_from(message: Message, clinic: Clinic, now: datetime) -> datetime:
    """From when on its hour suits on the clinic's clock and those of the number; `now` if it does.

    That the clinic is closed is told by the clinic's clock alone where the other would be too late:
    who is about to set out for the clinic is near it, whatever their number says.
    """
    closed = template_of(message.kind) == CLOSED
    opens, closes = (NEWS_FROM if closed else QUIET_UNTIL), QUIET_FROM
    recipient = recipient_clocks((message.channel, message.to), clinic.zone, opens=opens)
    if is_reminder(message.kind):
        opens, closes = clinic.messages_from, clinic.messages_until
    here = Clock(clinic.zone, opens, closes)
    at = int(now.timestamp())

    def suiting(clocks: Sequence[Clock]) -> datetime:
        found = next_suiting(at, clocks)
        return now if found == at else datetime.fromtimestamp(found, clinic.zone)

    allowed = suiting(binding(at, here, recipient))
    visit = message.appointment
    if closed and visit is not None and allowed > visit.starts_at - TO_SET_OUT:
        return suiting([here])
    return allowed


def _caps(message: Message, recipient: Recipient) -> Drop | None:
    if not TRAITS[message.channel].capped or not is_reminder(message.kind):
        return None
    if (
        recipient.reminders_today >= REMINDERS_A_DAY
        or recipient.reminders_this_week >= REMINDERS_A_WEEK
    ):
        return Drop(MessageStatus.SUPPRESSED, "cap")
    return None
