"""An appointment as a patient reads it: words and clinic time, no model fields."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse

from scheduler.availability.visit_rules import UnknownVisitType, load_visit
from scheduler.booking import late_changes
from scheduler.booking.may_change import open_changes, why_not_undo_cancel
from scheduler.booking.models import Appointment
from scheduler.clinic.current import current_clinic
from scheduler.clinic.time_format import in_words
from scheduler.core.status import AppointmentStatus as Status
from scheduler.links.issue import tokens_of
from scheduler.messaging.number_to_call import number_to_call
from scheduler.pages.typography import unbroken

MAP = "https://www.google.com/maps/search/?"


class State(StrEnum):
    """What a patient needs to know about where a visit stands."""

    HELD = "held"
    LAPSED = "lapsed"
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    HERE = "here"
    CANCELLED = "cancelled"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class VisitPage:
    """What the pages of one visit show. Times are the clinic's, in words. `call_to` is the number
    that is called, if it is a call.

    `kept_until` names the day, too, where the time is kept for a call. `changed_late`: it was moved
    or canceled less than one business day ahead.
    """

    token: str
    state: State
    visit_type: str
    date: str
    time: str
    zone: str
    zone_name: str
    arrive_by: str
    minutes: int
    provider: str
    by_phone: bool
    call_to: str
    instructions: str
    reference: str
    kept_until: str
    kept_for_call: bool
    information_path: str
    map_url: str
    can_confirm: bool
    can_change: bool
    can_cancel: bool
    can_undo: bool
    changed_late: bool

    @property
    def is_off(self) -> bool:
        return self.state in {State.CANCELLED, State.LAPSED}

    @property
    def needs_nothing(self) -> bool:
        """Whether there is nothing to bring and no time to arrive at any more."""
        return self.is_off or self.state is State.PAST


def state_of(appointment: Appointment, *, now: datetime) -> State:
    status = Status(appointment.status)
    if status is Status.HELD:
        lapses = appointment.hold_expires_at
        return State.HELD if lapses is not None and lapses > now else State.LAPSED
    if status is Status.EXPIRED:
        return State.LAPSED
    if status is Status.CANCELLED:
        return State.CANCELLED
    if status in {Status.COMPLETED, Status.NO_SHOW} or appointment.ends_at <= now:
        return State.PAST
    if status in {Status.ARRIVED, Status.IN_ROOM}:
        return State.HERE
    return State(status.value)


def present(appointment: Appointment, token: str, *, language: str, now: datetime) -> VisitPage:
    """The words for `appointment` as it stands at `now`, in "en" or "es"."""
    clinic = current_clinic()
    zone = clinic.zone
    visit_type = appointment.visit_type
    early = timedelta(minutes=visit_type.arrive_early_minutes)
    when = in_words(appointment.starts_at, zone, language)
    arrive = in_words(appointment.starts_at - early, zone, language).time if early else ""
    state = state_of(appointment, now=now)
    by = Appointment.Actor.PATIENT
    changes = open_changes(appointment, by=by, now=now)
    tokens = tokens_of(appointment.links.all())
    return VisitPage(
        token=token,
        state=state,
        visit_type=visit_type.name_in(language),
        date=when.date,
        time=when.time,
        zone=f"{when.zone_name} ({when.zone})",
        zone_name=when.zone_name,
        arrive_by=arrive,
        minutes=int((appointment.ends_at - appointment.starts_at).total_seconds() // 60),
        provider=str(appointment.provider),
        by_phone=visit_type.by_phone,
        call_to=unbroken(number_to_call(appointment)) if visit_type.by_phone else "",
        instructions=visit_type.instructions_in(language),
        reference=appointment.reference,
        kept_until=_kept_until(appointment, zone, language),
        kept_for_call=not appointment.code_channel,
        information_path=reverse("information", args=[tokens["i"]]) if "i" in tokens else "",
        map_url=MAP + urlencode({"api": 1, "query": f"{clinic.name}, {clinic.address}"}),
        can_confirm=changes.confirm,
        can_change=changes.move,
        can_cancel=changes.cancel,
        can_undo=why_not_undo_cancel(appointment, by=by, now=now) is None,
        changed_late=appointment.changed_late,
    )


def _kept_until(appointment: Appointment, zone: ZoneInfo, language: str) -> str:
    if appointment.hold_expires_at is None:
        return ""
    until = in_words(appointment.hold_expires_at, zone, language)
    at = unbroken(until.time)
    return at if appointment.code_channel else f"{until.date}, {at} {until.zone}"


def would_be_late(appointment: Appointment, *, now: datetime) -> bool:
    """Whether moving or canceling it now counts as late. Takes two queries."""
    try:
        visit = load_visit(appointment.visit_type.slug, staff=True)
    except UnknownVisitType:
        return False
    return late_changes.is_late(visit, appointment.starts_at, by=Appointment.Actor.PATIENT, now=now)
