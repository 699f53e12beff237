"""To a number or address no more at all: its owner takes the consent back on the visit's page."""

from datetime import datetime

from scheduler.booking.models import Appointment
from scheduler.messaging.consent.revoke import revoke
from scheduler.messaging.models import Consent
from scheduler.messaging.outlook import outlook
from scheduler.pages.language import page_language
from scheduler.pages.visit.messages_partial import PROVEN


def stop_messages(appointment: Appointment, channel: str, *, now: datetime) -> bool:
    """Take the consent of the visit's number or mail address back; False where none is to be had,
    or nobody has proven here whose it is."""
    found = outlook(appointment, for_staff=False)
    ways = [way for way in found.ways if way.channel == channel and way.state in PROVEN]
    for way in ways:
        revoke(
            way.channel,
            way.address,
            route=Consent.Route.PAGE,
            source="visit's page",
            language=page_language(),
            name=appointment.contact.name if appointment.contact else "",
            now=now,
        )
    return bool(ways)
