"""People who wait for a call, with fixed values."""

from datetime import datetime, timedelta
from typing import Any

from scheduler.booking.cancel import cancel
from scheduler.booking.holds.hold_for_call import HoldForCall
from scheduler.booking.reserve import reserve
from scheduler.clinic.load_call_desk import load_call_desk
from scheduler.clinic.models import Provider
from scheduler.contact_requests.models import ContactRequest
from scheduler.contact_requests.request import request_contact
from scheduler.worklist.ask_staff import ask_staff
from scheduler.worklist.models import StaffTask
from tests.factories import NOW, PHONE, STAFF, TUESDAY, book, somebody, wanted

NETWORK = "198.51.100.0/24"
JO = somebody(7, name="Jo Bell", landline=True, email="", sms_consent=False, email_consent=False)


def ask(*, network: str = NETWORK, now: datetime = NOW, **fields: Any) -> ContactRequest:
    """Ana asks to be called, promised by four hours later."""
    request = ContactRequest(**{"name": "Ana Ruiz", "phone": PHONE, **fields})
    return request_contact(request, network=network, now=now)


def keep(start: datetime = TUESDAY, *, now: datetime = NOW) -> StaffTask:
    """A time is kept for Jo, who has a landline, until noon tomorrow."""
    held = reserve(HoldForCall(wanted(start, person=JO)), now=now)
    return StaffTask.objects.get(appointment=held)


def close_on(*, now: datetime = NOW) -> StaffTask:
    """We called off a visit of somebody's, who has no new time."""
    visit = book(TUESDAY + timedelta(hours=3), person=somebody(8, name="Cal Off"))
    cancel(visit.pk, by=STAFF, tell=False, now=now)
    return ask_staff(StaffTask.Kind.CALL_CLOSED, appointment=visit, now=now)


def call_desk() -> Provider:
    return load_call_desk()
