"""Write the messages an appointment owes, in the transaction that makes them owed."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from scheduler.booking.models import Appointment
from scheduler.core import reminder_times
from scheduler.core.message_status import MessageStatus
from scheduler.core.quiet_hours import Clock
from scheduler.messaging.consent.agreed import Address, agreed_for
from scheduler.messaging.models import Message
from scheduler.messaging.recipient_clocks import recipient_clocks
from scheduler.messaging.reminders.policy import ReminderPolicy, read_policy
from scheduler.messaging.write_planned import write_planned
from scheduler.transactions.statements import fetch_rows

CODE = "code"
CONFIRMATION = "confirmation"
MOVED = "moved"
CANCELLED = "cancelled"
RESTORED = "restored"
CLOSED = "closed"
LINKS = "links"
CONTACT_RECEIVED = "contact_received"
CONTACT_UNREACHED = "contact_unreached"
STAFF_REPLY = "staff_reply"
REMINDER_PREFIX = "reminder-"
LATE = "late"
LATE_PREFIX = "late-"

_WITHDRAW = """
    UPDATE scheduler_message
       SET status = %(cancelled)s, reason = 'no-longer-true', settled_at = %(now)s
     WHERE appointment_id = %(appointment)s AND status = %(planned)s
    RETURNING kind, due_at, old_starts_at
"""

_STAND = (
    MessageStatus.PLANNED,
    MessageStatus.CLAIMED,
    MessageStatus.ACCEPTED,
    MessageStatus.DELIVERED,
    MessageStatus.UNCERTAIN,
)
_AGAIN = re.compile(r"-again-\d+$")


class Withdrawn(NamedTuple):
    """What was planned, and is so no more."""

    kind: str
    due_at: datetime
    old_starts_at: datetime | None


def is_reminder(kind: str) -> bool:
    return kind.startswith(REMINDER_PREFIX)


def first_of(kind: str) -> str:
    """The kind that a message had when it was first sent: "reminder-1-day" of
    "reminder-1-day-again-2"."""
    return _AGAIN.sub("", kind)


def minutes_late(kind: str) -> int:
    """How far behind a provider is, of the kinds that tell of it (late-15, …); else 0."""
    if not kind.startswith(LATE_PREFIX):
        return 0
    return int(kind.removeprefix(LATE_PREFIX).partition("-")[0])


def template_of(kind: str) -> str:
    """Whose words a kind has: all reminders share theirs, and so do all that tell of a delay. What
    is sent again has those of the first time."""
    if is_reminder(kind):
        return "reminder"
    return LATE if minutes_late(kind) else first_of(kind)


def new(
    owner: Appointment,
    kind: str,
    address: Address,
    *,
    due: datetime,
    expires: datetime,
    now: datetime,
) -> Message:
    """One planned message of an appointment; the caller saves it."""
    channel, to = address
    return Message(
        appointment=owner,
        kind=kind,
        channel=channel,
        sequence=owner.sequence if kind != CODE else owner.code_number,
        to=to,
        language=owner.language,
        due_at=due,
        next_attempt_at=due,
        expires_at=expires,
        created_at=now,
    )


def at_once(
    appointment: Appointment, kind: str, addresses: Iterable[Address], *, now: datetime
) -> list[Message]:
    """An answer to what the patient or staff just did, of use until the visit starts."""
    useful_until = max(appointment.starts_at, now + timedelta(hours=1))
    return [
        new(appointment, kind, address, due=now, expires=useful_until, now=now)
        for address in addresses
    ]


def reminders(
    appointment: Appointment, addresses: Sequence[Address], *, now: datetime
) -> list[Message]:
    """The visit type's reminders that are still ahead, by each address, at hours that suit it."""
    if not appointment.reminders_on:
        return []
    policy = read_policy(appointment.visit_type_id, addresses)
    return reminders_by(policy, appointment, addresses, now=now) if policy else []


def reminders_by(
    policy: ReminderPolicy, appointment: Appointment, addresses: Sequence[Address], *, now: datetime
) -> list[Message]:
    """The same by these rules, for a visit that is told of at `now`."""
    planned = reminder_times.plan_by_way(
        policy.rules,
        ways={channel: channel not in policy.unreached for channel, _to in addresses},
        start=int(appointment.starts_at.timestamp()),
        now=int(now.timestamp()),
        clinic=Clock(policy.zone, *policy.window),
        recipient={one[0]: recipient_clocks(one, policy.zone) for one in addresses},
    )
    return [
        new(
            appointment,
            REMINDER_PREFIX + reminder.name,
            address,
            due=datetime.fromtimestamp(reminder.due, policy.zone),
            expires=datetime.fromtimestamp(reminder.expires, policy.zone),
            now=now,
        )
        for address in addresses
        for reminder in planned[address[0]]
    ]


def owe(
    appointment: Appointment,
    kind: str,
    addresses: Sequence[Address],
    *,
    now: datetime,
    with_reminders: bool,
    old_start: datetime | None = None,
    wait: timedelta = timedelta(0),
) -> None:
    """Owe `kind` now and, where asked, the reminders. Nothing else is planned of the appointment:
    it was just made, or the caller withdrew it.

    `old_start` is the time that a move gave up. The news waits as long as `wait`.
    """
    messages = at_once(appointment, kind, addresses, now=now)
    for message in messages:
        message.old_starts_at = old_start
        message.due_at = message.next_attempt_at = now + wait
    if with_reminders:
        messages += reminders(appointment, addresses, now=now)
    write_planned(messages)


def owe_reminders(appointment: Appointment, addresses: Sequence[Address], *, now: datetime) -> None:
    """Owe the reminders of a new time, and nothing else, where nothing is planned any more."""
    write_planned(reminders(appointment, addresses, now=now))


def owe_missing_reminders(appointment: Appointment, *, now: datetime) -> None:
    """Owe the reminders by each address that agreed and has none, planned or sent, for the time
    that stands: it agreed late, or reminders were off until now."""
    there = set(
        appointment.messages.filter(
            kind__startswith=REMINDER_PREFIX,
            sequence=appointment.sequence,
            status__in=_STAND,
        ).values_list("channel", "to")
    )
    missing = [address for address in agreed_for(appointment) if address not in there]
    Message.objects.bulk_create(reminders(appointment, missing, now=now), ignore_conflicts=True)


def withdraw(appointment: Appointment, *, now: datetime) -> list[Withdrawn]:
    """Cancel what is planned: it tells of a time, or a state, that is gone."""
    values = {
        "appointment": appointment.pk,
        "planned": MessageStatus.PLANNED,
        "cancelled": MessageStatus.CANCELLED,
        "now": now,
    }
    return [Withdrawn(*row) for row in fetch_rows(_WITHDRAW, values)]
