"""Everybody to call or to answer, in one list: who promised what is late comes first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from scheduler.booking.models import Appointment
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Clinic
from scheduler.clinic.office_hours import OfficeHours, office_hours
from scheduler.contact_requests.models import CallAttempt, CallClaim, ContactRequest
from scheduler.contact_requests.unconfirmed_visits import unconfirmed_new_visits
from scheduler.core.status import EXPECTED, AppointmentStatus
from scheduler.worklist.models import StaffTask

REQUEST, HOLD, CLOSED, CHANGED, VISIT = "request", "hold", "closed", "changed", "visit"
MOST = 200
TRIES = 3
# Whether somebody will come is asked from the business day before on.
ASKED_WITHIN = timedelta(days=5)
_S = AppointmentStatus
_TASKS = {
    StaffTask.Kind.CALL_TO_BOOK.value: HOLD,
    StaffTask.Kind.CALL_CLOSED.value: CLOSED,
    StaffTask.Kind.CALL_CHANGED.value: CHANGED,
}
_NEWS = (StaffTask.Kind.CALL_CLOSED, StaffTask.Kind.CALL_CHANGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call to make. `kind` is request, hold, closed, changed or visit; `pk` is that of the
    request, the task or the appointment. `due` is when it was promised by, or is arranged for
    (`arranged`).

    `tries` are those that did not reach them; `attempts` all, the newest first.
    """

    kind: str
    pk: int
    name: str
    phone: str
    email: str
    language: str
    due: datetime
    attempts: list[CallAttempt]
    claimed_by: User | None
    interpreter: str = ""
    note: str = ""
    patient: int | None = None
    request: ContactRequest | None = None
    appointment: Appointment | None = None
    arranged: datetime | None = None

    @property
    def tries(self) -> int:
        return sum(one.outcome != CallAttempt.Outcome.REACHED for one in self.attempts)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the calls about visits share; attempts and claims by the visit's id."""

    clinic: Clinic
    hours: OfficeHours
    attempts: dict[int, list[CallAttempt]]
    claims: dict[int, User]

    def closing(self, at: datetime) -> datetime:
        """The end of the working day that an instant is on, or of the next one after it."""
        local = at.astimezone(self.clinic.zone)
        day = local.date()
        if not self.hours.is_open(day) or local.time() >= self.hours.hours(day)[1]:
            day = self.hours.next_day(day)
        return datetime.combine(day, self.hours.hours(day)[1], self.clinic.zone)


def call_queue(*, now: datetime) -> list[Call]:
    """By when they were promised: the most overdue first. A fixed number of queries."""
    clinic = current_clinic()
    tasks = list(_open_tasks())
    visits = list(unconfirmed_new_visits(now=now)[:MOST])
    about = [task.appointment_id for task in tasks] + [visit.pk for visit in visits]
    first = min((task.created_at for task in tasks), default=now).astimezone(clinic.zone).date()
    known = _Known(
        clinic, office_hours(clinic, first), _attempts_by_visit(about), dict(_claims(about))
    )
    calls = [
        *_requests(),
        *(_task(task, known) for task in tasks),
        *_visits(visits, known, now),
    ]
    return sorted(calls, key=lambda call: (call.due, call.kind, call.pk))[:MOST]


def request_call(request: ContactRequest) -> Call:
    """The call that a request asks for, whatever has become of it."""
    return _request(request, _arranged([request.pk]).get(request.pk))


def _requests() -> Iterable[Call]:
    found = list(
        ContactRequest.objects.filter(status=ContactRequest.Status.OPEN)
        .select_related("claimed_by")
        .prefetch_related("attempts__by")
        .order_by("promised_by", "pk")[:MOST]
    )
    arranged = _arranged([request.pk for request in found])
    return [_request(request, arranged.get(request.pk)) for request in found]


def _request(request: ContactRequest, arranged: datetime | None) -> Call:
    return Call(
        kind=REQUEST,
        pk=request.pk,
        name=request.name,
        phone=str(request.phone),
        email=request.email,
        language=request.language,
        note=request.note,
        due=arranged or request.promised_by,
        arranged=arranged,
        attempts=list(request.attempts.all()),
        claimed_by=request.claimed_by,
        patient=request.patient_id,
        request=request,
    )


def _arranged(requests: list[int]) -> dict[int, datetime]:
    """Request to when its call is arranged for: also one whose time has come and was not logged."""
    calls = Appointment.objects.filter(contact_request__in=requests, status__in=EXPECTED).order_by(
        "-starts_at"
    )
    return dict(calls.values_list("contact_request_id", "starts_at"))


def _open_tasks() -> QuerySet[StaffTask]:
    """Of kept times those that are still a question, with somebody to ask."""
    kept = Q(
        kind=StaffTask.Kind.CALL_TO_BOOK,
        appointment__status__in=(_S.HELD, _S.EXPIRED),
        appointment__held_details__isnull=False,
    )
    news = Q(kind__in=_NEWS, appointment__isnull=False)
    return (
        StaffTask.objects.filter(kept | news, done_at=None)
        .select_related("appointment__visit_type", "appointment__patient", "appointment__contact")
        .order_by("created_at", "pk")[:MOST]
    )


def _attempts_by_visit(about: Iterable[int | None]) -> dict[int, list[CallAttempt]]:
    found: dict[int, list[CallAttempt]] = {}
    for attempt in CallAttempt.objects.filter(appointment__in=list(about)).select_related("by"):
        found.setdefault(attempt.appointment_id or 0, []).append(attempt)
    return found


def _claims(about: Iterable[int | None]) -> Iterable[tuple[int, User]]:
    for claim in CallClaim.objects.filter(appointment__in=list(about)).select_related("by"):
        yield claim.appointment_id, claim.by


def _task(task: StaffTask, known: _Known) -> Call:
    visit = task.appointment
    assert visit is not None  # noqa: S101 - see _open_tasks
    kind = _TASKS[task.kind]
    kept_until = visit.hold_expires_at if kind == HOLD else None
    return _about_a_visit(
        visit,
        kind=kind,
        pk=task.pk,
        due=kept_until or known.closing(task.created_at),
        attempts=[one for one in known.attempts.get(visit.pk, []) if one.at >= task.created_at],
        claimed_by=known.claims.get(visit.pk),
        note=task.note,
    )


def _visits(visits: list[Appointment], known: _Known, now: datetime) -> Iterable[Call]:
    for visit in visits:
        tries = [one for one in known.attempts.get(visit.pk, []) if one.at > now - ASKED_WITHIN]
        call = _about_a_visit(
            visit,
            kind=VISIT,
            pk=visit.pk,
            due=min(known.closing(now), visit.starts_at),
            attempts=tries,
            claimed_by=known.claims.get(visit.pk),
        )
        if call.tries < TRIES:
            yield call


def _about_a_visit(visit: Appointment, **said: Any) -> Call:
    """The call about an appointment: with its contact, or with who was typed of a hold."""
    contact, typed = visit.contact, visit.held_details or {}
    patient = visit.patient
    name = patient.name if patient else typed.get("name", "")
    answers = contact.name if contact else typed.get("contact_name", "")
    return Call(
        name=f"{answers}, for {name}" if answers and answers != name else name,
        phone=str(contact.phone) if contact else typed.get("phone", ""),
        email=contact.email if contact else typed.get("email", ""),
        language=visit.language,
        interpreter=visit.interpreter,
        patient=visit.patient_id,
        appointment=visit,
        **said,
    )
