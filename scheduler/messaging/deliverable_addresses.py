"""Where people can be written to right now, seen for many of them at once."""

from collections.abc import Iterable

from scheduler.booking.models import Appointment
from scheduler.messaging.channel_traits import addresses_of
from scheduler.messaging.consent.agreed import Address
from scheduler.messaging.delivery.channels import is_on
from scheduler.messaging.models import BadAddress, Consent, OptOut
from scheduler.patients.models import Contact


def deliverable_addresses(contacts: Iterable[Contact]) -> dict[int, list[Address]]:
    """Contact id to the addresses that agreed, did not opt out, work, and have a channel that is
    on; a text first, which is read on the way. Two queries."""
    given = {contact.pk: _given(contact) for contact in contacts}
    places = {address for addresses in given.values() for _channel, address in addresses}
    agreed = {
        (channel, address): granted
        for channel, address, granted in Consent.objects.filter(address__in=places)
        .order_by("at", "pk")
        .values_list("channel", "address", "granted")
    }
    pair = ("channel", "address")
    stopped = OptOut.objects.filter(address__in=places, lifted_at=None).values_list(*pair)
    unusable = BadAddress.objects.filter(address__in=places).values_list(*pair)
    closed = set(stopped.union(unusable))
    return {
        contact: [one for one in addresses if agreed.get(one) and one not in closed]
        for contact, addresses in given.items()
    }


def with_deliverable_address(appointments: Iterable[Appointment]) -> set[int]:
    """The ids of those whose contact can be written to right now."""
    about = [(one.pk, one.contact) for one in appointments if one.contact]
    reached = deliverable_addresses({contact for _pk, contact in about})
    return {pk for pk, contact in about if reached[contact.pk]}


def _given(contact: Contact) -> list[Address]:
    return [address for address in addresses_of(contact) if is_on(address[0])]
