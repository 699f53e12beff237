"""Book, verify, look at, confirm, move and cancel an appointment."""

from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Header, Path, Router, Status
from pydantic import Field

from api import schemas
from api.appointment_answers import (
    after_change,
    as_remembered,
    as_shown,
    links_of,
    person_of,
)
from api.network import network_of
from api.schemas import AppointmentOut, BookedOut, Problem
from api.throttle import AddressThrottle
from scheduler.booking.book import BookAtOnce
from scheduler.booking.cancel import cancel as cancel_visit
from scheduler.booking.confirm import confirm as confirm_visit
from scheduler.booking.holds import send_code
from scheduler.booking.holds.hold_or_call import hold_or_call
from scheduler.booking.holds.verify import verify as verify_code
from scheduler.booking.models import Appointment
from scheduler.booking.reschedule import reschedule as move_visit
from scheduler.booking.reserve import BookingRequest, reserve
from scheduler.clinic.current import current_clinic
from scheduler.core.status import AppointmentStatus
from scheduler.links.open import appointment_by_token
from scheduler.messaging.calendar_file import calendar_file
from scheduler.transactions.idempotency import IdempotentCall, Replay
from tasks.nudge import nudge

router = Router(tags=["appointments"])
Token = Annotated[str, Field(min_length=16, max_length=16, pattern=r"^[0-9A-Za-z]+$")]
# Ninja looks for the header by the alias given to `Header` itself; one inside a type is ignored.
Key = Annotated[str | None, Header(None, min_length=16, max_length=128, alias="Idempotency-Key")]
_TEXT = {"type": "string"}
ERRORS = {404: Problem, 409: Problem, 422: Problem, 429: Problem}
BODY_ERRORS = {400: Problem, 413: Problem, 415: Problem, **ERRORS}


@router.post(
    "appointments",
    response={201: BookedOut, **BODY_ERRORS},
    throttle=[AddressThrottle("60/m", "book")],
    summary="Take a time",
)
def book(
    request: HttpRequest, payload: schemas.BookingIn, idempotency_key: Key
) -> Status[dict[str, Any]]:
    """Holds the time for 15 minutes and sends a code; `verify` books it.

    Where too many codes went to the number, `code_sent_by` is null: the time is held until the
    clinic calls that number, the next business day at the latest.
    """
    now = timezone.now()
    wanted = BookingRequest(
        visit_type=payload.visit_type,
        start=payload.start,
        provider=payload.provider,
        condition=payload.condition,
        network=network_of(request),
        person=person_of(payload),
    )
    idempotency = (
        IdempotentCall(idempotency_key, request.body, as_remembered) if idempotency_key else None
    )
    try:
        if settings.BOOKING_VERIFICATION:
            appointment = hold_or_call(wanted, now=now, idempotency=idempotency)
        else:
            appointment = reserve(BookAtOnce(wanted), now=now, idempotency=idempotency)
    except Replay as replay:
        return Status(
            201, {**replay.answer, **links_of(Appointment.objects.get(reference=replay.reference))}
        )
    nudge()
    return Status(201, {**as_remembered(appointment), **links_of(appointment)})


@router.post(
    "appointments/{token}/verify",
    response={200: AppointmentOut, **BODY_ERRORS},
    throttle=[AddressThrottle("60/m", "verify")],
    summary="Enter the code",
)
def verify(request: HttpRequest, token: Path[Token], payload: schemas.VerifyIn) -> dict[str, Any]:
    now = timezone.now()
    found = appointment_by_token(token, now=now)
    booked = verify_code(found.pk, payload.code, now=now)
    nudge()
    return as_shown(after_change(found, booked), now=now)


@router.post(
    "appointments/{token}/resend",
    response={200: BookedOut, **BODY_ERRORS},
    throttle=[AddressThrottle("30/m", "resend")],
    summary="Send a new code",
)
def resend(request: HttpRequest, token: Path[Token], payload: schemas.ResendIn) -> dict[str, Any]:
    now = timezone.now()
    found = appointment_by_token(token, now=now)
    held = send_code.resend_code(found.pk, payload.channel, network=network_of(request), now=now)
    nudge()
    held = after_change(found, held)
    return {**as_remembered(held), **links_of(held)}


@router.get(
    "appointments/{token}", response={200: AppointmentOut, **ERRORS}, summary="Look at a visit"
)
def show(request: HttpRequest, token: Path[Token]) -> dict[str, Any]:
    now = timezone.now()
    return as_shown(appointment_by_token(token, now=now), now=now)


@router.post(
    "appointments/{token}/confirm",
    response={200: AppointmentOut, **ERRORS},
    throttle=[AddressThrottle("60/m", "change")],
    summary="Say that you will come",
)
def confirm(request: HttpRequest, token: Path[Token]) -> dict[str, Any]:
    now = timezone.now()
    found = appointment_by_token(token, now=now)
    confirmed = confirm_visit(found.pk, now=now)
    return as_shown(after_change(found, confirmed), now=now)


@router.post(
    "appointments/{token}/reschedule",
    response={200: AppointmentOut, **BODY_ERRORS},
    throttle=[AddressThrottle("60/m", "change")],
    summary="Move a visit",
)
def reschedule(
    request: HttpRequest, token: Path[Token], payload: schemas.RescheduleIn
) -> dict[str, Any]:
    """The old time is kept until the new one is taken."""
    now = timezone.now()
    found = appointment_by_token(token, now=now)
    moved = move_visit(
        found.pk,
        payload.start,
        before=found,
        provider=payload.provider,
        version=payload.version,
        by=Appointment.Actor.PATIENT,
        now=now,
    )
    nudge()
    return as_shown(after_change(found, moved), now=now)


@router.post(
    "appointments/{token}/cancel",
    response={200: AppointmentOut, **BODY_ERRORS},
    throttle=[AddressThrottle("60/m", "change")],
    summary="Cancel a visit",
)
def cancel(request: HttpRequest, token: Path[Token], payload: schemas.CancelIn) -> dict[str, Any]:
    now = timezone.now()
    found = appointment_by_token(token, now=now)
    cancelled = cancel_visit(found.pk, by=Appointment.Actor.PATIENT, reason=payload.reason, now=now)
    nudge()
    return as_shown(after_change(found, cancelled), now=now)


@router.get(
    "appointments/{token}/calendar.ics",
    response={200: None, **ERRORS},
    openapi_extra={"responses": {200: {"content": {"text/calendar": {"schema": _TEXT}}}}},
    summary="The visit as a calendar file",
)
def calendar(request: HttpRequest, token: Path[Token]) -> HttpResponse:
    now = timezone.now()
    appointment = appointment_by_token(token, now=now)
    urls = links_of(appointment)
    cancelled = appointment.status == AppointmentStatus.CANCELLED
    content = calendar_file(
        appointment,
        current_clinic(),
        method="CANCEL" if cancelled else "PUBLISH",
        now=now,
        information_link=urls["information_url"],
        manage_link=urls["manage_url"],
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="visit.ics"'
    return response
