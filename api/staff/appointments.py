"""Moving a visit on the calendar, and following it through the day."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Router, Schema, Status
from pydantic import AfterValidator, Field, StrictBool, StrictInt

from api.errors import refuse_staff
from api.fields import ShortText, Slug
from api.schemas import Input, Problem
from api.staff.auth import StaffAuth
from scheduler.accounts.access import visible_appointments
from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.booking.models import Appointment
from scheduler.booking.queue_phone_call import TO_CALL, is_to_be_called
from scheduler.booking.reschedule import reschedule
from scheduler.booking.set_appointment_status import set_appointment_status as mark_visit
from scheduler.clinic.current import current_clinic
from scheduler.clinic.time_format import in_words
from scheduler.core import parsing
from scheduler.core.refusal import Refusal
from scheduler.core.status import AppointmentStatus
from tasks.nudge import nudge

router = Router(tags=["staff"])
# As long as the calendar offers to take a move back.
UNDO_WITHIN = timedelta(seconds=20)
Reference = Annotated[str, Field(pattern=r"^[0-9A-Z]{8}$")]
ERRORS = dict.fromkeys((400, 401, 403, 404, 409, 413, 415, 422, 423), Problem)


def _wall(value: str) -> str:
    if parsing.wall_time(value) is None:
        raise ValueError("Give the clinic's own time, such as 2026-11-24T10:00.")
    return value


WallTime = Annotated[
    str, Field(max_length=16, examples=["2026-11-24T10:00"]), AfterValidator(_wall)
]


class MoveIn(Input):
    start: WallTime
    provider: Slug
    version: StrictInt = Field(ge=1, description="Of the visit as it was looked at.")
    tell: StrictBool = Field(True, description="Whether to tell the patient.")
    overbook_reason: ShortText = Field("", description="Put it on top of others.")


class MovedOut(Schema):
    id: str
    version: int
    words: str = Field(examples=["Ana Ruiz is at 11:00 AM on Tue Nov 24 with Dana now."])
    undo: MoveIn = Field(description="What moves it back.")


class MarkIn(Input):
    to: Literal["booked", "arrived", "in_room", "completed", "no_show"]
    version: StrictInt = Field(ge=1)


class MarkedOut(Schema):
    id: str
    version: int
    status: AppointmentStatus


@router.post(
    "appointments/{reference}/move",
    auth=StaffAuth(Right.BOOK),
    response={200: MovedOut, **ERRORS},
    summary="Move a visit",
)
def move(
    request: HttpRequest, reference: Path[Reference], payload: MoveIn
) -> Status[dict[str, Any]] | HttpResponse:
    """The old time is given up only as the new one is taken; `version` tells who came second."""
    zone = current_clinic().zone
    before = _find(request, reference)
    try:
        moved = reschedule(
            before.pk,
            datetime.fromisoformat(payload.start).replace(tzinfo=zone),
            provider=payload.provider,
            version=payload.version,
            by=Appointment.Actor.STAFF,
            overbook_reason=payload.overbook_reason,
            tell=payload.tell,
            news_after=UNDO_WITHIN,
            now=timezone.now(),
        )
    except Refusal as refusal:
        return refuse_staff(refusal, overbooking=bool(payload.overbook_reason))
    nudge()
    when = in_words(moved.starts_at, zone, "en")
    words = f"{before.patient} is at {when.time} on {when.date_short} now."
    if payload.tell and is_to_be_called(moved):
        words = f"{words} {TO_CALL}"
    undo = {
        "start": before.starts_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
        "provider": before.provider.slug,
        "version": moved.version,
        "tell": payload.tell,
        "overbook_reason": before.overbook_reason or "",
    }
    return Status(200, {"id": reference, "version": moved.version, "words": words, "undo": undo})


@router.post(
    "appointments/{reference}/mark",
    auth=StaffAuth(Right.BOOK),
    response={200: MarkedOut, **ERRORS},
    summary="Take a step of the day",
)
def mark(
    request: HttpRequest, reference: Path[Reference], payload: MarkIn
) -> Status[dict[str, Any]] | HttpResponse:
    """Arrived, in the room, done or missed; `booked` takes an arrival back."""
    before = _find(request, reference)
    to = AppointmentStatus(payload.to)
    try:
        after = mark_visit(before.pk, to, version=payload.version, now=timezone.now())
    except Refusal as refusal:
        return refuse_staff(refusal, overbooking=True)
    return Status(200, {"id": reference, "version": after.version, "status": after.status})


def _find(request: HttpRequest, reference: str) -> Appointment:
    found = (
        visible_appointments(request.user)
        .select_related("patient", "provider")
        .filter(reference=reference)
        .first()
    )
    if found is None:
        raise Http404
    patients_viewed([found.patient_id])
    return found
