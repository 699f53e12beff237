"""What one number or address agreed to and took back, from the first word to what holds now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from django.apps import apps
from django.contrib.auth.models import User
from django.db.models import Q

from scheduler.booking.models import Appointment
from scheduler.messaging.address_status import AddressStatus, address_status
from scheduler.messaging.delivery.channels import is_on
from scheduler.messaging.delivery.check import Recipient, check_address
from scheduler.messaging.models import BadAddress, Channel, Consent, Message, OptOut, ReminderOptOut
from scheduler.messaging.plan import CODE, CONFIRMATION, REMINDER_PREFIX
from scheduler.patients.models import Contact, Patient
from scheduler.replies.models import InboundText

CODES, VISITS, REMINDERS = CODE, CONFIRMATION, REMINDER_PREFIX


class Act(StrEnum):
    AGREED = "agreed"
    TOOK_BACK = "took-back"
    STOPPED = "stopped"
    PAUSED = "paused"
    LIFTED = "lifted"
    NO_REMINDERS = "no-reminders"
    REMINDED_AGAIN = "reminded-again"
    UNUSABLE = "unusable"
    REMINDERS_OFF = "reminders-off"
    REMINDERS_ON = "reminders-on"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was said or done. `consent` is the row of an answer, with its very words;
    `source` says in words how else it came, `who` is the name of the staff's person, `texted` what
    the owner of the number wrote, `visit_at` the visit that it is about alone."""

    at: datetime
    act: Act
    source: str = ""
    who: str = ""
    texted: str = ""
    consent: Consent | None = None
    visit_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """Whether messages of one kind (CODES, VISITS or REMINDERS) may leave for the address now;
    `why_not` is a reason as messages have it, "channel-off" included."""

    kind: str
    why_not: str

    @property
    def is_allowed(self) -> bool:
        return not self.why_not


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """`events` come the oldest first; `patients` are those whom messages to it may be about."""

    channel: str
    address: str
    status: AddressStatus
    allowed: list[Allowed]
    events: list[Event]
    patients: list[Patient]


def consent_record(channel: str, address: str) -> ConsentRecord:
    field = "phone" if channel == Channel.SMS else "email"
    contacts = list(Contact.objects.filter(**{field: address}))
    patients = Patient.objects.filter(
        Q(**{field: address}) | Q(contacts__in=contacts), merged_into=None
    )
    status = address_status(channel, address)
    events = [
        *_answers(channel, address),
        *_stops(channel, address),
        *_reminder_stops(channel, address),
        *_of_single_visits([contact.pk for contact in contacts]),
        *(
            Event(bad.at, Act.UNUSABLE, source=bad.code)
            for bad in BadAddress.objects.filter(channel=channel, address=address)
        ),
    ]
    return ConsentRecord(
        channel=channel,
        address=address,
        status=status,
        allowed=[_allowed(kind, channel, status) for kind in (VISITS, REMINDERS, CODES)],
        events=sorted(events, key=lambda event: event.at),
        patients=list(patients.distinct().order_by("name", "pk")),
    )


def _allowed(kind: str, channel: str, status: AddressStatus) -> Allowed:
    """What a worker would find that held such a message now."""
    if not is_on(channel):
        return Allowed(kind, "channel-off")
    recipient = Recipient(
        stopped=status.stopped or status.paused,
        unusable=status.unusable,
        agreed=status.agreed,
        reminders_stopped=status.reminders_stopped,
    )
    message = Message(kind=kind, channel=channel, appointment=Appointment())
    drop = check_address(message, recipient)
    return Allowed(kind, drop.reason if drop else "")


def _answers(channel: str, address: str) -> Iterator[Event]:
    texts = _texts_by_time(channel, address)
    said = Consent.objects.filter(channel=channel, address=address).select_related("by")
    for one in said:
        yield Event(
            one.at,
            Act.AGREED if one.granted else Act.TOOK_BACK,
            who=_name(one.by),
            texted=texts.get(one.at, "") if one.route == Consent.Route.TEXT else "",
            consent=one,
        )


def _stops(channel: str, address: str) -> Iterator[Event]:
    texts = _texts_by_time(channel, address)
    stops = OptOut.objects.filter(channel=channel, address=address).select_related("lifted_by")
    became = _became_for_good([stop.pk for stop in stops])
    for stop in stops:
        texted = texts.get(stop.at, "")
        if stop.paused_for_staff or stop.pk in became:
            yield Event(stop.at, Act.PAUSED, source="text", texted=texted)
        if stop.pk in became:
            yield Event(became[stop.pk], Act.STOPPED, source=stop.source)
        elif not stop.paused_for_staff:
            yield Event(stop.at, Act.STOPPED, source=stop.source, texted=texted)
        if stop.lifted_at is not None:
            yield Event(
                stop.lifted_at,
                Act.LIFTED,
                who=_name(stop.lifted_by),
                texted=texts.get(stop.lifted_at, ""),
            )


def _reminder_stops(channel: str, address: str) -> Iterator[Event]:
    for stop in ReminderOptOut.objects.filter(channel=channel, address=address):
        yield Event(stop.at, Act.NO_REMINDERS, source=stop.source)
        if stop.lifted_at is not None:
            yield Event(stop.lifted_at, Act.REMINDED_AGAIN)


def _became_for_good(stops: list[int]) -> dict[int, datetime]:
    """When each pause that a person made an opt-out became one."""
    log = apps.get_model("scheduler", "OptOutEvent")
    rows = log._default_manager.filter(pgh_obj_id__in=stops).order_by("pgh_obj_id", "pgh_id")
    found: dict[int, datetime] = {}
    for pk, states in groupby(
        rows.values_list("pgh_obj_id", "paused_for_staff", "pgh_created_at"), lambda row: row[0]
    ):
        listed = list(states)
        later = [at for _pk, paused, at in listed if not paused]
        if listed[0][1] and later:
            found[pk] = later[0]
    return found


def _texts_by_time(channel: str, address: str) -> dict[datetime, str]:
    """What was written, by the moment that it was acted on: what follows bears the same time."""
    if channel != Channel.SMS:
        return {}
    texts = InboundText.objects.filter(from_number=address)
    return {at: body for at, body in texts.values_list("acted_at", "body") if at is not None}


def _of_single_visits(contacts: list[int]) -> Iterator[Event]:
    """Reminders of one visit that were turned off, or on again, as its history has it."""
    log = apps.get_model("scheduler", "AppointmentEvent")
    rows = (
        log._default_manager.filter(contact_id__in=contacts)
        .order_by("pgh_obj_id", "pgh_id")
        .values_list(
            "pgh_obj_id", "reminders_on", "pgh_created_at", "starts_at", "pgh_context__metadata"
        )
    )
    people = {person.pk: person for person in User.objects.filter(is_active=True)}
    for _pk, states in groupby(rows, lambda row: row[0]):
        on = True
        for _, is_on_now, at, starts_at, context in states:
            if is_on_now != on:
                by = people.get((context or {}).get("user") or 0)
                act = Act.REMINDERS_ON if is_on_now else Act.REMINDERS_OFF
                yield Event(at, act, who=_name(by), visit_at=starts_at)
            on = is_on_now


def _name(person: User | None) -> str:
    return (person.get_full_name() or person.get_username()) if person else ""
