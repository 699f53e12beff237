"""Book, verify, look at, confirm, move and cancel an appointment."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Header, Path, Router, Status
from pydantic import Field

from api import schemas
from api.network import network_of
from api.schemas import AppointmentOut, BookedOut, Problem
from api.throttle import AddressThrottle
from scheduler.actions import send_code
from scheduler.actions.book import Wanted, book_at_once
from scheduler.actions.cancel import cancel as cancel_visit
from scheduler.actions.confirm import confirm as confirm_visit
from scheduler.actions.issue_links import information_url, manage_url, tokens_of
from scheduler.actions.keep import keep
from scheduler.actions.match_patient import Person
from scheduler.actions.once import Once, Replay
from scheduler.actions.reschedule import MOVABLE
from scheduler.actions.reschedule import reschedule as move_visit
from scheduler.actions.verify import verify as verify_code
from scheduler.core.status import AppointmentStatus
from scheduler.models import Appointment, Contact
from scheduler.queries.access import appointment_by_token
from scheduler.queries.calendar_file import calendar_file
from scheduler.queries.current_clinic import current_clinic
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
    wanted = Wanted(
        visit_type=payload.visit_type,
        start=payload.start,
        provider=payload.provider,
        condition=payload.condition,
        network=network_of(request),
        person=_person(payload),
    )
    once = Once(idempotency_key, request.body, _kept) if idempotency_key else None
    try:
        if settings.BOOKING_VERIFICATION:
            appointment = keep(wanted, now=now, once=once)
        else:
            appointment = book_at_once(wanted, now=now, by=Appointment.Actor.PATIENT, once=once)
    except Replay as replay:
        return Status(
            201, {**replay.answer, **_links(Appointment.objects.get(reference=replay.reference))}
        )
    nudge()
    return Status(201, {**_kept(appointment), **_links(appointment)})


@router.post(
    "appointments/{token}/verify",
    response={200: AppointmentOut, **BODY_ERRORS},
    throttle=[AddressThrottle("60/m", "verify")],
    summary="Enter the code",
)
def verify(request: HttpRequest, token: Path[Token], payload: schemas.VerifyIn) -> dict[str, Any]:
    now = timezone.now()
    found = appointment_by_token(token, now=now)
    verify_code(found.pk, payload.code, now=now)
    nudge()
    return _shown(token, now)


@router.post(
    "appointments/{token}/resend",
    response={200: BookedOut, **BODY_ERRORS},
    throttle=[AddressThrottle("30/m", "resend")],
    summary="Send a new code",
)
def resend(request: HttpRequest, token: Path[Token], payload: schemas.ResendIn) -> dict[str, Any]:
    now = timezone.now()
    found = appointment_by_token(token, now=now)
    send_code.resend(found.pk, payload.channel, network=network_of(request), now=now)
    nudge()
    appointment = appointment_by_token(token, now=now)
    return {**_kept(appointment), **_links(appointment)}


@router.get(
    "appointments/{token}", response={200: AppointmentOut, **ERRORS}, summary="Look at a visit"
)
def show(request: HttpRequest, token: Path[Token]) -> dict[str, Any]:
    return _shown(token, timezone.now())


@router.post(
    "appointments/{token}/confirm",
    response={200: AppointmentOut, **ERRORS},
    throttle=[AddressThrottle("60/m", "change")],
    summary="Say that you will come",
)
def confirm(request: HttpRequest, token: Path[Token]) -> dict[str, Any]:
    now = timezone.now()
    confirm_visit(appointment_by_token(token, now=now).pk, now=now)
    return _shown(token, now)


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
    move_visit(
        appointment_by_token(token, now=now).pk,
        payload.start,
        provider=payload.provider,
        version=payload.version,
        by=Appointment.Actor.PATIENT,
        now=now,
    )
    nudge()
    return _shown(token, now)


@router.post(
    "appointments/{token}/cancel",
    response={200: AppointmentOut, **BODY_ERRORS},
    throttle=[AddressThrottle("60/m", "change")],
    summary="Cancel a visit",
)
def cancel(request: HttpRequest, token: Path[Token], payload: schemas.CancelIn) -> dict[str, Any]:
    now = timezone.now()
    cancel_visit(
        appointment_by_token(token, now=now).pk,
        by=Appointment.Actor.PATIENT,
        reason=payload.reason,
        now=now,
    )
    nudge()
    return _shown(token, now)


@router.get(
    "appointments/{token}/calendar.ics",
    response={200: None, **ERRORS},
    openapi_extra={"responses": {200: {"content": {"text/calendar": {"schema": _TEXT}}}}},
    summary="The visit as a calendar file",
)
def calendar(request: HttpRequest, token: Path[Token]) -> HttpResponse:
    now = timezone.now()
    appointment = appointment_by_token(token, now=now)
    urls = _links(appointment)
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


def _person(payload: schemas.BookingIn) -> Person:
    patient, helper = payload.patient, payload.contact
    return Person(
        name=patient.name,
        date_of_birth=patient.date_of_birth,
        phone=patient.phone or "",
        email=patient.email or "",
        language=patient.language,
        contact_name=helper.name if helper else "",
        relation=helper.relation if helper else Contact.SELF,
        sms_consent=payload.consent.sms,
        email_consent=payload.consent.email,
    )


def _kept(appointment: Appointment) -> dict[str, Any]:
    """The answer to a booking without its links, as it is remembered for an Idempotency-Key."""
    tz = current_clinic().zone
    expires = appointment.hold_expires_at
    return {
        "id": appointment.reference,
        "status": appointment.status,
        "start": appointment.starts_at.astimezone(tz).isoformat(),
        "end": appointment.ends_at.astimezone(tz).isoformat(),
        "provider": appointment.provider.slug,
        "hold_expires_at": expires.astimezone(tz).isoformat() if expires else None,
        "code_sent_by": appointment.code_channel or None,
    }


def _links(appointment: Appointment) -> dict[str, str]:
    tokens = tokens_of(appointment.links.all())
    return {
        "token": tokens["a"],
        "manage_url": manage_url(tokens["a"]),
        "information_url": information_url(tokens["i"]),
    }


def _shown(token: str, now: datetime) -> dict[str, Any]:
    appointment = appointment_by_token(token, now=now)
    clinic = current_clinic()
    visit_type = appointment.visit_type
    coming = appointment.starts_at > now and appointment.status in MOVABLE
    cutoff = timedelta(minutes=visit_type.move_cutoff_minutes)
    urls = _links(appointment)
    expires = appointment.hold_expires_at
    tz = clinic.zone
    arrive = appointment.starts_at - timedelta(minutes=visit_type.arrive_early_minutes)
    return {
        "id": appointment.reference,
        "status": appointment.status,
        "version": appointment.version,
        "visit_type": visit_type.slug,
        "visit_name": visit_type.name_in(appointment.language),
        "provider": appointment.provider.slug,
        "provider_name": str(appointment.provider),
        "start": appointment.starts_at.astimezone(tz),
        "end": appointment.ends_at.astimezone(tz),
        "time_zone": clinic.time_zone,
        "arrive_by": arrive.astimezone(tz),
        "by_phone": visit_type.by_phone,
        "address": clinic.address,
        "instructions": visit_type.instructions_in(appointment.language),
        "language": appointment.language,
        "manage_url": urls["manage_url"],
        "information_url": urls["information_url"],
        "hold_expires_at": expires.astimezone(tz) if expires else None,
        "can_confirm": coming and appointment.status == AppointmentStatus.BOOKED,
        "can_reschedule": coming and now <= appointment.starts_at - cutoff,
        "can_cancel": coming,
    }
