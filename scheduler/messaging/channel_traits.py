"""What each channel can do and asks for, as data: how to add one begins here.

Which transport carries it is `delivery.channels`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.contact_requests.models import ContactRequest
from scheduler.messaging.models import Channel
from scheduler.patients.models import Contact

Address = tuple[str, str]
"""(channel, number or mail address)"""


@dataclass(frozen=True, slots=True)
class ChannelTraits:
    """`setting` names its transport, `field` is where a contact or a request keeps the address.
    `instead` takes over where this one fails. `wakes`: it keeps to quiet hours. `capped`: reminders
    by it are counted. `reports`: its carrier tells what was delivered, so silence is news."""

    setting: str
    field: str
    instead: str
    wakes: bool
    capped: bool
    reports: bool


# In the order in which people are written to where one way is enough.
TRAITS: Mapping[str, ChannelTraits] = {
    Channel.SMS: ChannelTraits(
        setting="SMS_TRANSPORT",
        field="phone",
        instead=Channel.EMAIL,
        wakes=True,
        capped=True,
        reports=True,
    ),
    Channel.EMAIL: ChannelTraits(
        setting="EMAIL_TRANSPORT",
        field="email",
        instead=Channel.SMS,
        wakes=False,
        capped=False,
        reports=False,
    ),
}


def address_of(owner: Contact | ContactRequest, channel: str) -> str:
    """The number (E.164) or mail address of a contact or request; empty where there is none."""
    return str(getattr(owner, TRAITS[channel].field))


def addresses_of(owner: Contact | ContactRequest) -> list[Address]:
    """All that were given, in the order of TRAITS."""
    given = ((str(channel), address_of(owner, channel)) for channel in TRAITS)
    return [(channel, address) for channel, address in given if address]
