"""Everything of a visit as the staff read it: words and clinic time, no model fields."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from scheduler.booking.may_change import open_changes, why_not_undo_cancel
from scheduler.booking.models import Appointment, ReadyItem
from scheduler.booking.set_appointment_status import STEPS
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Clinic, Readiness
from scheduler.clinic.time_format import in_words
from scheduler.core.message_status import MessageStatus
from scheduler.core.status import EXPECTED, can_move
from scheduler.core.status import AppointmentStatus as Status
from scheduler.frontdesk.who_booked import who_booked
from scheduler.messaging.models import Message
from scheduler.messaging.number_to_call import number_to_call
from scheduler.messaging.outlook import Outlook, outlook
from scheduler.messaging.plan import is_reminder
from scheduler.pages.staff.calendar.status_marks import Mark, mark_of
from scheduler.pages.staff.messages.outlook import way_in_words, why_in_words, why_shut
from scheduler.pages.staff.messages.words import why
from scheduler.patients.models import Patient

_MESSAGE_STATES = {
    MessageStatus.PLANNED: "will go out",
    MessageStatus.CLAIMED: "is going out",
    MessageStatus.ACCEPTED: "sent",
    MessageStatus.DELIVERED: "delivered",
    MessageStatus.UNDELIVERED: "did not arrive",
    MessageStatus.FAILED: "could not be sent",
    MessageStatus.UNCERTAIN: "may not have gone out",
    MessageStatus.SUPPRESSED: "not sent",
    MessageStatus.CANCELLED: "taken back",
    MessageStatus.EXPIRED: "came too late to send",
}
_TROUBLE = {MessageStatus.UNDELIVERED, MessageStatus.FAILED, MessageStatus.UNCERTAIN}
_GOOD = {MessageStatus.ACCEPTED, MessageStatus.DELIVERED}
# The steps of the day in the order a visit takes them; the word for going back to each.
_FORWARD = ((Status.ARRIVED, "Here"), (Status.IN_ROOM, "In the room"), (Status.COMPLETED, "Done"))
_BACK = {
    Status.ARRIVED: (Status.BOOKED, "Not here after all"),
    Status.IN_ROOM: (Status.ARRIVED, "Back to the lobby"),
    Status.COMPLETED: (Status.IN_ROOM, "Not done yet"),
    Status.NO_SHOW: (Status.ARRIVED, "Came after all"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One message of the visit. `tone` is a badge's: is-good, is-bad or none; `why` says what
    stood in its way."""

    what: str
    channel: str
    state: str
    when: str
    tone: str
    why: str


@dataclass(frozen=True, slots=True)
class Ready:
    label: str
    state: str
    settled: bool


@dataclass(frozen=True, slots=True)
class Step:
    to: str
    label: str


@dataclass(frozen=True, slots=True)
class VisitPanel:
    """`call_to` is the number that is called, empty where none is known; None of other visits."""

    appointment: Appointment
    patient: Patient | None
    mark: Mark
    date: str
    time: str
    ends: str
    zone: str
    condition: str
    booked: str
    confirmed: str
    here: list[str]
    ready: list[Ready]
    messages: list[Told]
    ways: list[str]
    no_reminder: str
    call_to: str | None
    step: Step | None
    back: Step | None
    can_confirm: bool
    can_miss: bool
    can_move: bool
    can_cancel: bool
    can_undo: bool


def present(appointment: Appointment, *, now: datetime) -> VisitPanel:
    """The visit as it stands at `now`; it comes with all that it names (`select_related`)."""
    clinic = current_clinic()
    status = Status(appointment.status)
    when = in_words(appointment.starts_at, clinic.zone, "en")
    ahead = appointment.starts_at > now
    text = appointment.condition.text_in("en") if appointment.condition else None
    ahead_of_us = outlook(appointment, for_staff=True) if ahead and status in EXPECTED else None
    by = Appointment.Actor.STAFF
    changes = open_changes(appointment, by=by, now=now)
    step = next((Step(to, word) for to, word in _FORWARD if can_move(status, to)), None)
    if when.date != in_words(now, clinic.zone, "en").date and ahead:
        step = None
    return VisitPanel(
        appointment=appointment,
        patient=appointment.patient,
        mark=mark_of(status),
        date=when.date,
        time=when.time,
        ends=in_words(appointment.ends_at, clinic.zone, "en").time,
        zone=f"{when.zone_name} ({when.zone})",
        condition=text.name if text else "",
        booked=_booked(appointment, clinic),
        confirmed=appointment.get_confirmed_via_display().lower(),
        here=_times(appointment, clinic),
        ready=_ready(appointment),
        messages=[_told(one, clinic, ahead_of_us) for one in _messages(appointment)],
        ways=[way_in_words(way, clinic.zone) for way in ahead_of_us.ways] if ahead_of_us else [],
        call_to=number_to_call(appointment) if appointment.visit_type.by_phone else None,
        no_reminder=why_in_words(ahead_of_us) if ahead_of_us else "",
        step=None if status == Status.NO_SHOW else step,
        back=Step(*_BACK[status]) if status in _BACK else None,
        can_confirm=changes.confirm,
        can_miss=can_move(status, Status.NO_SHOW) and not ahead,
        can_move=changes.move,
        can_cancel=changes.cancel,
        can_undo=why_not_undo_cancel(appointment, by=by, now=now) is None,
    )


def _booked(appointment: Appointment, clinic: Clinic) -> str:
    when = in_words(appointment.created_at, clinic.zone, "en")
    if appointment.created_by == Appointment.Actor.PATIENT:
        by = "online, by the patient"
    else:
        by = f"by {who_booked(appointment) or appointment.get_created_by_display().lower()}"
    return f"{by} on {when.date_short}, {when.time}"


def _times(appointment: Appointment, clinic: Clinic) -> list[str]:
    """When each step of the day was taken."""
    return [
        f"{mark_of(status).word} at {in_words(at, clinic.zone, 'en').time}"
        for status, field in STEPS.items()
        if (at := getattr(appointment, field)) is not None
    ]


def _ready(appointment: Appointment) -> list[Ready]:
    """What is needed before the visit, by its type or for itself alone."""
    states = dict(appointment.ready_items.values_list("item", "state"))
    defaults = dict.fromkeys(appointment.visit_type.needs, ReadyItem.State.NEEDED.value)
    found = {**defaults, **states}
    return [
        Ready(item.label, ReadyItem.State(found[item]).label, found[item] == "received")
        for item in Readiness
        if found.get(item, "not-needed") != "not-needed"
    ]


def _messages(appointment: Appointment) -> QuerySet[Message]:
    return appointment.messages.exclude(kind="code").order_by("due_at", "channel", "pk")


def _told(message: Message, clinic: Clinic, ahead: Outlook | None) -> Told:
    status = MessageStatus(message.status)
    kind = "reminder" if is_reminder(message.kind) else message.kind.replace("_", " ")
    planned = status == MessageStatus.PLANNED
    at = message.accepted_at or (message.next_attempt_at if planned else message.due_at)
    earlier = ahead.told_earlier.get(message.pk) if ahead else None
    when = in_words(earlier or at, clinic.zone, "en")
    shut = why_shut(message, ahead) if ahead and planned else ""
    return Told(
        what=kind.capitalize(),
        channel=message.get_channel_display(),
        state="will not go out" if shut else _MESSAGE_STATES[status],
        when=f"{when.date_short}, {when.time}",
        tone="is-bad" if status in _TROUBLE else "is-good" if status in _GOOD else "",
        why=shut
        or ("in one text with another visit of that day" if earlier else "")
        or why(message.reason, message.error_code),
    )
