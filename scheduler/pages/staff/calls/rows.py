"""A call to make, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.http import urlencode

from scheduler.booking.models import Appointment
from scheduler.clinic.load_call_desk import CALL_SLUG, DESK_SLUG
from scheduler.contact_requests.call_queue import CHANGED, CLOSED, HOLD, REQUEST, VISIT, Call
from scheduler.contact_requests.models import CallAttempt, ContactRequest
from scheduler.core.status import AppointmentStatus
from scheduler.pages.staff.time_words import clinic_time, how_long

_LANGUAGES = {"es": "Spanish"}
_TOPICS = {
    ContactRequest.Topic.BOOK: "Wants to book a visit",
    ContactRequest.Topic.CHANGE: "Wants to change a visit",
    ContactRequest.Topic.QUESTION: "Has a question",
}
_OUTCOMES = {
    CallAttempt.Outcome.REACHED: "reached",
    CallAttempt.Outcome.LEFT_WORD: "left word",
    CallAttempt.Outcome.NO_ANSWER: "no answer",
}
# Why somebody is called about a visit, by the kind of call and whether the visit is off.
_WHY: Mapping[tuple[str, bool], str] = {
    (HOLD, False): "We keep a time for them until you call",
    (HOLD, True): "The time we kept was let go",
    (CLOSED, False): "We closed on them, and they have a new time",
    (CLOSED, True): "We called off their visit and they have no new time",
    (CHANGED, False): "Tell them the new time of their visit",
    (CHANGED, True): "Tell them that we canceled",
    (VISIT, False): "Has not confirmed",
    (VISIT, True): "Has canceled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """All of it plain values: two rows that are equal look the same. Empty where there is none.

    `late` is such as "1 h 20 min late"; `holder` is the id of who has the call, `has_it` their
    name; `book` and `arrange` are addresses for the panel.
    """

    key: str
    kind: str
    pk: int
    name: str
    phone: str
    email: str
    language: str
    interpreter: str
    about: str
    suits: str
    note: str
    due: str
    late: str
    arranged: str
    tries: str
    has_it: str
    holder: int | None
    mine: bool
    patient: int | None
    page: str
    book: str
    arrange: str
    can_book_kept: bool


def row_of(call: Call, user: User, tz: ZoneInfo, *, now: datetime) -> Row:
    request, holder = call.request, call.claimed_by
    return Row(
        key=f"{call.kind}-{call.pk}",
        kind=call.kind,
        pk=call.pk,
        name=call.name,
        phone=call.phone,
        email=call.email,
        language="" if call.language == "en" else _LANGUAGES.get(call.language, call.language),
        interpreter=call.interpreter,
        about=_about(call, tz),
        suits=suits(request) if request else "",
        note=call.note,
        due=clinic_time(call.due, tz),
        late=f"{how_long(now - call.due)} late" if call.due < now else "",
        arranged=clinic_time(call.arranged, tz) if call.arranged else "",
        tries=_tries(call, tz),
        has_it=name_of(holder) if holder else "",
        holder=holder.pk if holder else None,
        mine=holder is not None and holder.pk == user.pk,
        patient=call.patient,
        page=reverse("staff-call", args=[call.pk]) if call.kind == REQUEST else "",
        book=_book(call),
        arrange=_arrange(call),
        can_book_kept=call.kind == HOLD and _is_kept(call.appointment, now),
    )


def suits(request: ContactRequest) -> str:
    """When the person can be called, in one line; empty for any time."""
    days = ", ".join(f"{day:%a %b} {day.day}" for day in sorted(request.days))
    part = request.part_of_day
    parts = "" if part == ContactRequest.PartOfDay.ANY else request.get_part_of_day_display()
    return "; ".join(filter(None, [days, parts.lower() if days else parts, request.times]))


def attempt_in_words(attempt: CallAttempt, tz: ZoneInfo) -> str:
    """ "no answer Mon Nov 16, 10:05 AM by Desk"."""
    outcome = _OUTCOMES[CallAttempt.Outcome(attempt.outcome)]
    return f"{outcome} {clinic_time(attempt.at, tz)} by {name_of(attempt.by)}"


def name_of(user: User) -> str:
    return user.get_full_name() or user.get_username()


def _about(call: Call, tz: ZoneInfo) -> str:
    if call.request is not None:
        return _TOPICS[ContactRequest.Topic(call.request.topic)]
    visit = call.appointment
    if visit is None:
        return ""
    what = f"{visit.visit_type.name}, {clinic_time(visit.starts_at, tz)}"
    return f"{_WHY[call.kind, _is_over(visit)]}: {what}{_more(call, visit)}"


def _is_over(visit: Appointment) -> bool:
    """A kept time was let go, or a visit called off."""
    return visit.status in {AppointmentStatus.EXPIRED, AppointmentStatus.CANCELLED}


def _more(call: Call, visit: Appointment) -> str:
    if call.kind == HOLD:
        return f".{' Offer another.' if _is_over(visit) else ''}{_born(visit)}"
    if call.kind == VISIT or (call.kind == CHANGED and not _is_over(visit)):
        return f", with {visit.provider}."
    return "."


def _born(visit: Appointment) -> str:
    given = (visit.held_details or {}).get("date_of_birth")
    return f" Born {date.fromisoformat(given):%m/%d/%Y}." if given else ""


def _is_kept(visit: Appointment | None, now: datetime) -> bool:
    return (
        visit is not None
        and visit.status == AppointmentStatus.HELD
        and visit.hold_expires_at is not None
        and visit.hold_expires_at > now
    )


def _tries(call: Call, tz: ZoneInfo) -> str:
    if not call.attempts:
        return ""
    last = attempt_in_words(call.attempts[0], tz)
    number = len(call.attempts)
    return f"{number} {'try' if number == 1 else 'tries'}, the last: {last}"


def _book(call: Call) -> str:
    if call.request is not None:
        return f"/staff/book/?{urlencode({'request': call.pk})}"
    if call.kind in {CLOSED, CHANGED} and call.appointment and _is_over(call.appointment):
        visit = {"patient": str(call.patient), "visit_type": call.appointment.visit_type.slug}
        return f"/staff/book/?{urlencode(visit)}"
    return "/staff/book/" if call.kind == HOLD else ""


def _arrange(call: Call) -> str:
    if call.request is None or call.arranged is not None:
        return ""
    wanted = {"request": str(call.pk), "visit_type": CALL_SLUG, "provider": DESK_SLUG}
    return f"/staff/book/?{urlencode(wanted)}"
