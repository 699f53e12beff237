"""The staff's pages that have an address of their own, each with what makes that address."""

from collections.abc import Callable

from django.utils import timezone

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider, VisitType
from scheduler.contact_requests.models import ContactRequest
from scheduler.messaging.models import Consent


def _next_visit() -> Appointment:
    """The next one that somebody is expected for; else any."""
    coming = Appointment.objects.filter(status="booked", starts_at__gt=timezone.now())
    return coming.order_by("starts_at").first() or Appointment.objects.earliest("starts_at")


def _visit() -> str:
    return f"/staff/appointments/{_next_visit().reference}/"


def _agreed() -> str:
    """The number of somebody who was written to."""
    said = Consent.objects.filter(channel="sms").earliest("pk")
    return f"/staff/patients/agreed/?address=%2B{said.address.removeprefix('+')}"


def _call() -> str:
    open_ones = ContactRequest.objects.filter(status="open")
    return f"/staff/calls/{(open_ones.first() or ContactRequest.objects.earliest('pk')).pk}/"


STAFF_PLACES: dict[str, Callable[[], str]] = {
    "calendar": lambda: "/staff/",
    "calendar week": lambda: "/staff/?view=week",
    "visit": _visit,
    "visit move": lambda: f"{_visit()}move",
    "visit ready": lambda: f"{_visit()}ready/",
    "book": lambda: "/staff/book/",
    "find a time": lambda: "/staff/find/",
    "day": lambda: "/staff/day/",
    "day close": lambda: "/staff/day/close/",
    "day sheet": lambda: "/staff/day/sheet/",
    "ready": lambda: "/staff/ready/",
    "calls": lambda: "/staff/calls/",
    "calls done": lambda: "/staff/calls/done/",
    "call": _call,
    "messages": lambda: "/staff/messages/",
    "messages due": lambda: "/staff/messages/due/",
    "messages failed": lambda: "/staff/messages/failed/",
    "messages uncertain": lambda: "/staff/messages/uncertain/",
    "conversations": lambda: "/staff/messages/talks/",
    "message templates": lambda: "/staff/messages/templates/",
    "message template": lambda: "/staff/messages/templates/confirmation/sms/en/",
    "patients": lambda: "/staff/patients/?q=ha",
    "patient": lambda: f"/staff/patients/{_next_visit().patient_id}/",
    "what was agreed to": _agreed,
    "duplicates": lambda: "/staff/patients/duplicates/",
    "time off": lambda: "/staff/time-off/",
    "time off new": lambda: "/staff/time-off/new/",
    "snow day": lambda: "/staff/time-off/snow/",
    "delivery": lambda: "/staff/numbers/messages/",
    "numbers": lambda: "/staff/numbers/",
    "trail": lambda: "/staff/trail/",
    "set-up": lambda: "/staff/setup/",
    "hours": lambda: f"/staff/setup/hours/{Provider.objects.earliest('pk').pk}/",
    "visit type": lambda: f"/staff/setup/visit-types/{VisitType.objects.earliest('pk').pk}/",
    "reminders": lambda: "/staff/setup/reminders/",
    "reminders of a visit type": lambda: (
        f"/staff/setup/reminders/{VisitType.objects.earliest('pk').pk}/"
    ),
    "people": lambda: "/staff/setup/people/",
    "second step": lambda: "/staff/account/2fa/",
}
