"""A provider runs late: say so, tell the patients who are still to come, and take it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from scheduler.booking.models import Appointment
from scheduler.clinic.current import current_clinic
from scheduler.clinic.local_days import bounds
from scheduler.clinic.models import Provider
from scheduler.closures.delays import delays_at
from scheduler.closures.models import ProviderDelay
from scheduler.core.message_status import MessageStatus
from scheduler.core.status import EXPECTED
from scheduler.messaging.consent.agreed import Address
from scheduler.messaging.deliverable_addresses import deliverable_addresses
from scheduler.messaging.models import Message
from scheduler.messaging.plan import LATE_PREFIX, minutes_late, new

MINUTES = (15, 30, 45, 60)
AHEAD = timedelta(hours=3)
# What a message may have come to and still have told somebody.
_TOLD = (
    MessageStatus.PLANNED,
    MessageStatus.CLAIMED,
    MessageStatus.ACCEPTED,
    MessageStatus.DELIVERED,
    MessageStatus.UNCERTAIN,
)


class NotADelay(Exception):
    """A delay is 15, 30, 45 or 60 minutes."""


@dataclass(frozen=True, slots=True)
class Affected:
    """A visit of the next hours. `told` is the delay, in minutes, that its patient has heard of;
    `address` is where a message goes to, None where there is nothing to write to: call them."""

    appointment: Appointment
    told: int
    address: Address | None

    def hears_of(self, minutes: int) -> bool:
        """Whether a delay of so many minutes is news to them, and they can be written to."""
        return self.address is not None and self.told < minutes


def affected(provider: Provider, minutes: int, *, now: datetime) -> list[Affected]:
    """The provider's visits of the next three hours whose patients have not arrived.

    Raises NotADelay.
    """
    if minutes not in MINUTES:
        raise NotADelay(minutes)
    visits = list(
        Appointment.objects.filter(
            provider=provider,
            status__in=EXPECTED,
            starts_at__gte=now,
            starts_at__lt=now + AHEAD,
        )
        .select_related("visit_type", "patient", "contact")
        .order_by("starts_at", "pk")
    )
    before = _late_messages(visits)
    reachable = deliverable_addresses([visit.contact for visit in visits if visit.contact])
    return [_affected(visit, minutes, before.get(visit.pk, []), reachable) for visit in visits]


def run_late(provider_id: int, minutes: int, *, by: int, now: datetime) -> list[Affected]:
    """Write the delay down until the local day ends, and owe one message to each patient who has
    not heard of this much yet; those who are told are answered. `by` is a user's id.

    Raises NotADelay and Provider.DoesNotExist.
    """
    with transaction.atomic():
        provider = _locked(provider_id)
        told = [one for one in affected(provider, minutes, now=now) if one.hears_of(minutes)]
        running = delays_at(now).get(provider.pk)
        if running is None or running.minutes != minutes:
            _end(provider, now=now)
            zone = current_clinic().zone
            ProviderDelay.objects.create(
                provider=provider,
                minutes=minutes,
                since=now,
                until=bounds(now.astimezone(zone).date(), zone)[1],
                by_id=by,
            )
        _withdraw(Q(appointment__in=[one.appointment for one in told]), now=now)
        Message.objects.bulk_create(
            _message(one.appointment, one.address, minutes, now=now) for one in told if one.address
        )
        return told


def on_time_again(provider_id: int, *, now: datetime) -> None:
    """The delay is over; what has not gone out yet stays here. Raises Provider.DoesNotExist."""
    with transaction.atomic():
        provider = _locked(provider_id)
        _end(provider, now=now)
        _withdraw(Q(appointment__provider=provider), now=now)


def _locked(provider_id: int) -> Provider:
    """One at a time says how late a provider is."""
    return Provider.objects.select_for_update(no_key=True).get(
        pk=provider_id, active=True, call_desk=False
    )


def _late_messages(visits: list[Appointment]) -> dict[int, list[Message]]:
    """Appointment id to what was owed about delays, of the time that it has now."""
    sequences = {visit.pk: visit.sequence for visit in visits}
    found: dict[int, list[Message]] = {}
    for message in Message.objects.filter(
        appointment__in=sequences, kind__startswith=LATE_PREFIX
    ).only("appointment_id", "kind", "channel", "sequence", "status"):
        owner = message.appointment_id or 0
        if message.sequence == sequences[owner]:
            found.setdefault(owner, []).append(message)
    return found


def _affected(
    visit: Appointment, minutes: int, before: list[Message], reachable: Mapping[int, list[Address]]
) -> Affected:
    told = max((minutes_late(one.kind) for one in before if one.status in _TOLD), default=0)
    tried = {one.channel for one in before if minutes_late(one.kind) == minutes}
    addresses = reachable.get(visit.contact_id or 0, [])
    return Affected(
        visit, told, next((address for address in addresses if address[0] not in tried), None)
    )


def _message(visit: Appointment, address: Address, minutes: int, *, now: datetime) -> Message:
    expires = visit.starts_at + timedelta(minutes=minutes)
    kind = f"{LATE_PREFIX}{minutes}"
    return new(visit, kind, address, due=now, expires=expires, now=now)


def _end(provider: Provider, *, now: datetime) -> None:
    ProviderDelay.objects.filter(provider=provider, until__gt=now).update(until=now)


def _withdraw(whose: Q, *, now: datetime) -> None:
    Message.objects.filter(
        whose, kind__startswith=LATE_PREFIX, status=MessageStatus.PLANNED
    ).update(status=MessageStatus.CANCELLED, reason="no-longer-true", settled_at=now)
