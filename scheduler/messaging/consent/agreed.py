"""Where somebody may be written to."""

from scheduler.booking.models import Appointment
from scheduler.messaging.models import Channel
from scheduler.patients.models import Contact
from scheduler.transactions.statements import fetch_rows

Address = tuple[str, str]
"""(channel, number or mail address)"""

# The number before the mail address; what was agreed to last stands.
_AGREED = """
    SELECT given.channel, given.address
      FROM scheduler_contact AS contact,
           LATERAL (VALUES (1, %(sms)s, contact.phone), (2, %(email)s, contact.email))
                   AS given (position, channel, address)
     WHERE contact.id = %(contact)s AND given.address <> ''
       AND (SELECT consent.granted FROM scheduler_consent AS consent
             WHERE consent.address = given.address AND consent.channel = given.channel
             ORDER BY consent.at DESC, consent.id DESC LIMIT 1)
     ORDER BY given.position
"""


def agreed_by(contact: Contact) -> list[Address]:
    """What the contact gave, as far as it was agreed to last; texts first."""
    return _agreed(contact.pk)


def agreed_for(appointment: Appointment) -> list[Address]:
    """The same of whoever answers for this visit; nothing where nobody does."""
    return _agreed(appointment.contact_id)


def _agreed(contact: int | None) -> list[Address]:
    if contact is None:
        return []
    found = fetch_rows(_AGREED, {"contact": contact, "sms": Channel.SMS, "email": Channel.EMAIL})
    return [(channel, address) for channel, address in found]
