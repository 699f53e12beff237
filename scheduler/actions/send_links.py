"""The message is lost: send the links of all coming visits to whoever answers for them."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from scheduler.actions import limit_requests
from scheduler.actions.limit_requests import TooManyRequests
from scheduler.actions.plan_messages import LINKS, Address
from scheduler.core.status import AppointmentStatus
from scheduler.models import Appointment, Asked, Message
from scheduler.models.clinic import LONGEST_BUFFER_MINUTES
from scheduler.models.patient import Channel

UPCOMING = (AppointmentStatus.BOOKED, AppointmentStatus.CONFIRMED)
USEFUL_FOR = timedelta(hours=1)


def send_links(address: Address, *, network: str, now: datetime) -> None:
    """Owe a message with its links for each coming visit that `address` answers for.

    Nothing tells the caller what came of it: not whether the address is known, nor whether it was
    asked for too often. Three an hour leave nobody enough tries to measure a difference.
    """
    channel, to = address
    try:
        with transaction.atomic():
            limit_requests.count(Asked.Kind.LINKS, [to.lower()], network, now=now)
            Message.objects.bulk_create(
                [
                    links_message(visit, channel, sequence=vars(visit)["sent"], now=now)
                    for visit in _visits(address, now)
                ],
                ignore_conflicts=True,
            )
    except TooManyRequests:
        return


def _visits(address: Address, now: datetime) -> QuerySet[Appointment]:
    """With `sent`, how many such messages the visit has had."""
    channel, to = address
    theirs = Q(contact__phone=to) if channel == Channel.SMS else Q(contact__email__iexact=to)
    same = Q(messages__kind=LINKS, messages__channel=channel)
    return (
        Appointment.objects.filter(
            theirs,
            status__in=UPCOMING,
            starts_at__gt=now,
            # What the index on live visits knows: a visit is busy a little before it starts.
            busy_start__gt=now - timedelta(minutes=LONGEST_BUFFER_MINUTES),
        )
        .select_related("contact")
        .annotate(sent=Count("messages", filter=same))
        .order_by("starts_at")
    )


def links_message(
    appointment: Appointment, channel: str, *, sequence: int, now: datetime
) -> Message:
    """One message with the visit's links, not saved yet; `sequence` counts those before it."""
    contact = appointment.contact
    if contact is None:
        raise ValueError("a visit is found by its contact")
    return Message(
        appointment=appointment,
        kind=LINKS,
        channel=channel,
        sequence=sequence,
        urgent=True,
        to=str(contact.phone) if channel == Channel.SMS else contact.email,
        language=appointment.language,
        due_at=now,
        next_attempt_at=now,
        expires_at=min(appointment.starts_at, now + USEFUL_FOR),
        created_at=now,
    )
