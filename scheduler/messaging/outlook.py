"""What will be sent about a visit, read from the rows that are planned, and why nothing will.

Nothing is worked out anew: what the patient and the desk read here is what the workers will do.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Value

from scheduler.booking.models import Appointment
from scheduler.clinic.reminder_rules import in_force
from scheduler.core.message_status import MessageStatus
from scheduler.messaging.channel_traits import addresses_of
from scheduler.messaging.consent.agreed import Address
from scheduler.messaging.consent.record_consent import NOT_PROVEN
from scheduler.messaging.delivery.channels import is_on
from scheduler.messaging.delivery.told_too import TOLD_TOO
from scheduler.messaging.models import (
    BadAddress,
    Consent,
    Message,
    OptOut,
    ReminderOptOut,
)
from scheduler.messaging.plan import CODE, CONFIRMATION, is_reminder
from scheduler.messaging.told_earlier import reminders_beside, told_earlier

_AHEAD = {MessageStatus.PLANNED, MessageStatus.CLAIMED}
# Among the codes of unusable addresses: one whose owner wants no reminders.
_QUIET = "no-reminders"
_ON_ITS_WAY = {MessageStatus.ACCEPTED, MessageStatus.DELIVERED, MessageStatus.UNCERTAIN}


class State(StrEnum):
    """How a number or mail address stands."""

    ON = "on"
    NO_REMINDERS = "no-reminders"
    """On, but its owner wants no reminders this way."""
    NOT_AGREED = "not-agreed"
    STOPPED = "stopped"
    PAUSED = "paused"
    """A text that may be an opt-out waits for a person."""
    UNUSABLE = "unusable"
    SWITCHED_OFF = "switched-off"
    """The clinic sends nothing this way."""
    UNPROVEN = "unproven"
    """Whoever booked typed it, and proved another. How its owner stands is told to staff alone:
    the answer would show that the address belongs to a patient."""


class Why(StrEnum):
    """Why no reminder is to come."""

    REMINDED = "reminded"
    """It went out already."""
    NO_ADDRESS = "no-address"
    NO_WAY = "no-way"
    """Each address has a reason of its own."""
    TURNED_OFF = "turned-off"
    STOPPED = "stopped"
    """Whoever has the addresses wants no reminders there, of any visit."""
    NOT_SENT = "not-sent"
    """One was planned and did not go, or did not arrive."""
    NOT_FOR_THESE = "not-for-these"
    """The clinic reminds nobody of visits of this type."""
    NOT_BY_US = "not-by-us"
    """The visit came from another system, and nothing was ever planned for it."""
    TOO_LATE = "too-late"
    """It was booked, moved or agreed to when no reminder would have been of use any more."""


@dataclass(frozen=True, slots=True)
class Way:
    """One number or address. `since` is when it was stopped or paused, `code` the carrier's word
    of why it is unusable."""

    channel: str
    address: str
    state: State
    since: datetime | None = None
    code: str = ""

    @property
    def is_on(self) -> bool:
        return self.state in {State.ON, State.NO_REMINDERS, State.UNPROVEN}


@dataclass(frozen=True, slots=True)
class Expected:
    """Messages of one kind that will leave at the same time."""

    kind: str
    at: datetime
    channels: tuple[str, ...]

    @property
    def is_reminder(self) -> bool:
        return is_reminder(self.kind)


@dataclass(frozen=True, slots=True)
class Outlook:
    """`told` are the ways that the confirmation went, or is about to go. `why_no_reminder` is None
    where one is to come; `not_sent` holds (reason, error code) of those that did not go.

    `told_earlier`: of a planned reminder by text, when the one of another visit of that day, which
    leaves before it, names this visit too."""

    ways: list[Way]
    told: list[Way]
    expected: list[Expected]
    why_no_reminder: Why | None
    not_sent: list[tuple[str, str]]
    told_earlier: Mapping[int, datetime]


def outlook(appointment: Appointment, *, for_staff: bool) -> Outlook:
    """The messages of a coming visit, as they are planned and as its contact may be written to."""
    ways = _ways(appointment, for_staff=for_staff)
    rows, others = _rows(appointment)
    shut = {(way.channel, way.address) for way in ways if not way.is_on}
    quiet = {(way.channel, way.address) for way in ways if way.state is State.NO_REMINDERS}
    ahead = [
        row
        for row in rows
        if row.status in _AHEAD
        and (row.channel, row.to) not in (shut | quiet if is_reminder(row.kind) else shut)
    ]
    earlier = told_earlier(ahead, others)
    expected = _expected(ahead, earlier)
    reminders = [row for row in rows if is_reminder(row.kind)]
    why = None
    if not any(one.is_reminder for one in expected):
        why = _why(appointment, ways, reminders)
    confirmations = {
        (row.channel, row.to)
        for row in rows
        if row.kind == CONFIRMATION and row.status in _AHEAD | _ON_ITS_WAY
    }
    told = [way for way in ways if way.is_on and (way.channel, way.address) in confirmations]
    failed = [row for row in reminders if row.status not in _AHEAD and not _told(row)]
    not_sent = list(dict.fromkeys((row.reason, row.error_code) for row in failed))
    return Outlook(ways, told, expected, why, not_sent if why is Why.NOT_SENT else [], earlier)


def _rows(appointment: Appointment) -> tuple[list[Message], list[Message]]:
    """The visit's own, the next due first, and the reminders of other visits that may tell of it;
    one query."""
    own = appointment.messages.filter(sequence=appointment.sequence).exclude(kind=CODE)
    both = own.union(reminders_beside(appointment), all=True)
    rows = list(both.order_by("next_attempt_at", "-channel", "pk"))
    mine = [row for row in rows if row.appointment_id == appointment.pk]
    return mine, [row for row in rows if row.appointment_id != appointment.pk]


def _told(row: Message) -> bool:
    """By itself, or by the text about another visit of that day."""
    return row.status in _ON_ITS_WAY or row.reason == TOLD_TOO


def _ways(appointment: Appointment, *, for_staff: bool) -> list[Way]:
    contact = appointment.contact
    if contact is None:
        return []
    given = addresses_of(contact)
    places = [address for _channel, address in given]
    said = {
        (one.channel, one.address): one
        for one in Consent.objects.filter(address__in=places).order_by("at", "pk")
    }
    stops = {
        (one.channel, one.address): one
        for one in OptOut.objects.filter(address__in=places, lifted_at=None)
    }
    pair = ("channel", "address")
    bad = BadAddress.objects.filter(address__in=places).values_list(*pair, "code")
    quiet_ones = ReminderOptOut.objects.filter(address__in=places, lifted_at=None)
    marks = list(bad.union(quiet_ones.values_list(*pair, Value(_QUIET))))
    unusable = {(channel, to): mark for channel, to, mark in marks if mark != _QUIET}
    quiet = {(channel, to) for channel, to, mark in marks if mark == _QUIET}
    ways = []
    for one in given:
        consent = said.get(one)
        way = _way(one, consent, stops.get(one), unusable.get(one))
        if way.state is State.ON and one in quiet:
            way = Way(*one, State.NO_REMINDERS)
        hidden = consent is not None and consent.granted and consent.source.endswith(NOT_PROVEN)
        if hidden and not for_staff and way.state is not State.SWITCHED_OFF:
            way = Way(*one, State.UNPROVEN)
        ways.append(way)
    return ways


def _way(
    address: Address, consent: Consent | None, stop: OptOut | None, unusable: str | None
) -> Way:
    if not is_on(address[0]):
        return Way(*address, State.SWITCHED_OFF)
    if stop is not None:
        return Way(*address, State.PAUSED if stop.paused_for_staff else State.STOPPED, stop.at)
    if unusable is not None:
        return Way(*address, State.UNUSABLE, code=unusable)
    agreed = consent is not None and consent.granted
    return Way(*address, State.ON if agreed else State.NOT_AGREED)


def _expected(rows: list[Message], earlier: Mapping[int, datetime]) -> list[Expected]:
    found: dict[tuple[str, datetime], list[str]] = {}
    for row in rows:
        at = earlier.get(row.pk, row.next_attempt_at)
        found.setdefault((row.kind, at), []).append(row.channel)
    return [Expected(kind, at, tuple(channels)) for (kind, at), channels in found.items()]


def _why(appointment: Appointment, ways: list[Way], reminders: list[Message]) -> Why:
    reasons: tuple[tuple[Why, Callable[[], bool]], ...] = (
        (Why.REMINDED, lambda: any(_told(row) for row in reminders)),
        (Why.NO_ADDRESS, lambda: not ways),
        (Why.NO_WAY, lambda: not any(way.is_on for way in ways)),
        (Why.TURNED_OFF, lambda: not appointment.reminders_on),
        (Why.STOPPED, lambda: all(way.state is State.NO_REMINDERS for way in ways if way.is_on)),
        (Why.NOT_SENT, lambda: any(row.status not in _AHEAD for row in reminders)),
        (Why.NOT_FOR_THESE, lambda: not in_force(appointment.visit_type)),
        (Why.NOT_BY_US, lambda: _came_from_elsewhere(appointment)),
    )
    return next((why for why, is_so in reasons if is_so()), Why.TOO_LATE)


def _came_from_elsewhere(appointment: Appointment) -> bool:
    return appointment.created_by == Appointment.Actor.SYSTEM and not appointment.sequence
