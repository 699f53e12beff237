"""Ask to be called or written to."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from api.network import network_of
from api.schemas import ContactRequestIn, ContactRequestOut, Problem
from api.throttle import AddressThrottle
from scheduler.clinic.current import current_clinic
from scheduler.contact_requests.models import ContactRequest
from scheduler.contact_requests.request import request_contact
from tasks.nudge import nudge

router = Router(tags=["contact"])


@router.post(
    "contact-requests",
    response={
        202: ContactRequestOut,
        400: Problem,
        413: Problem,
        415: Problem,
        422: Problem,
        429: Problem,
    },
    throttle=[AddressThrottle("10/m", "contact")],
    summary="Ask to be called or written to",
)
def create(request: HttpRequest, payload: ContactRequestIn) -> Status[dict[str, Any]]:
    """`promised_by` is when staff will have been in touch, in the clinic's zone."""
    typed = payload.model_dump()
    asked = request_contact(
        ContactRequest(**{**typed, "phone": payload.phone or "", "email": payload.email or ""}),
        network=network_of(request),
        now=timezone.now(),
    )
    nudge()
    tz = current_clinic().zone
    answer = {"id": asked.reference, "promised_by": asked.promised_by.astimezone(tz)}
    return Status(202, answer)
