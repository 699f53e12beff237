"""The message is lost: send the links of all coming visits to whoever answers for them."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction

from scheduler.booking.models import Appointment
from scheduler.clinic.models import LONGEST_BUFFER_MINUTES
from scheduler.core.status import EXPECTED
from scheduler.messaging.consent.agreed import Address
from scheduler.messaging.models import Channel, Message
from scheduler.messaging.plan import LINKS
from scheduler.rate_limits import requests
from scheduler.rate_limits.models import RateLimitEvent
from scheduler.rate_limits.requests import TooManyRequests

USEFUL_FOR = timedelta(hours=1)


class _ByAddress(NamedTuple):
    """Where a contact keeps an address, and the condition that it is this one."""

    column: str
    condition: str


_ADDRESSES = {
    Channel.SMS.value: _ByAddress("contact.phone", "contact.phone = %(address)s"),
    Channel.EMAIL.value: _ByAddress("contact.email", "upper(contact.email) = upper(%(address)s)"),
}
# What each message takes from its visit; the sequence counts those before it.
_OF_VISIT = {
    "public_id": "gen_random_uuid()",
    "appointment_id": "visit.id",
    "to": "{address}",
    "language": "visit.language",
    "expires_at": "least(visit.starts_at, %(expires_at)s)",
    "sequence": "(SELECT count(*) FROM scheduler_message AS sent"
    " WHERE sent.appointment_id = visit.id"
    " AND sent.kind = %(kind)s AND sent.channel = %(channel)s)",
}
# What the index on live visits knows: a visit is busy a little before it starts.
_OWE = """
    INSERT INTO scheduler_message ({columns})
    SELECT {values}
      FROM scheduler_contact AS contact
      JOIN scheduler_appointment AS visit ON visit.contact_id = contact.id
     WHERE {theirs} AND visit.status = ANY(%(upcoming)s)
       AND visit.starts_at > %(now)s AND visit.busy_start > %(busy_since)s
     ORDER BY visit.starts_at
        ON CONFLICT DO NOTHING
"""


def send_links(address: Address, *, network: str, now: datetime) -> None:
    """Owe a message with its links for each coming visit that `address` answers for.

    Nothing tells the caller what came of it: not whether the address is known, nor whether it was
    asked for too often, nor the time it took. Who is found is found, and written to, by one
    statement of the database, which is the same work for this process where nobody is.
    """
    channel, to = address
    try:
        with transaction.atomic():
            requests.count(RateLimitEvent.Kind.LINKS, [to.lower()], network, now=now)
            _owe(channel, to, now=now)
    except TooManyRequests:
        return


def _owe(channel: str, to: str, *, now: datetime) -> None:
    """The columns are the message's own, whatever they are; a few come from the visit."""
    sample = _message(channel, now=now)
    fields = [
        field
        for field in Message._meta.concrete_fields
        if not (field.primary_key or field.generated)
    ]
    values: dict[str, Any] = {
        str(field.column): field.get_db_prep_save(field.pre_save(sample, True), connection)
        for field in fields
    }
    columns = {column: _OF_VISIT.get(column, f"%({column})s") for column in values}
    address = _ADDRESSES[channel]
    statement = _OWE.format(
        columns=", ".join(f'"{column}"' for column in columns),
        values=", ".join(columns.values()).format(address=address.column),
        theirs=address.condition,
    )
    asked = {
        "address": to,
        "upcoming": list(EXPECTED),
        "busy_since": now - timedelta(minutes=LONGEST_BUFFER_MINUTES),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values | asked)


def links_message(
    appointment: Appointment, channel: str, *, sequence: int, now: datetime
) -> Message:
    """One message with the visit's links, not saved yet; `sequence` counts those before it."""
    contact = appointment.contact
    if contact is None:
        raise ValueError("a visit is found by its contact")
    message = _message(channel, now=now)
    message.appointment, message.sequence = appointment, sequence
    message.to = str(contact.phone) if channel == Channel.SMS else contact.email
    message.language = appointment.language
    message.expires_at = min(appointment.starts_at, message.expires_at)
    return message


def _message(channel: str, *, now: datetime) -> Message:
    """What is the same for every visit."""
    return Message(
        kind=LINKS,
        channel=channel,
        due_at=now,
        next_attempt_at=now,
        expires_at=now + USEFUL_FOR,
        created_at=now,
    )
