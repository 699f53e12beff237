"""The texts between us and some numbers, in and out, in the order they went."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from scheduler.core.message_status import MessageStatus
from scheduler.messaging.models import Channel, Message
from scheduler.patients.models import Contact, Patient
from scheduler.replies.models import InboundText

LATEST = 100


@dataclass(frozen=True, slots=True)
class Said:
    """One text: `message` is ours, `inbound` theirs."""

    at: datetime
    message: Message | None = None
    inbound: InboundText | None = None


def numbers_of(patient: Patient) -> list[str]:
    """Their own number first, then those of who helps them."""
    contacts = Contact.objects.filter(patient=patient).exclude(phone="").order_by("pk")
    given = [str(patient.phone), *map(str, contacts.values_list("phone", flat=True))]
    return list(dict.fromkeys(filter(None, given)))


def conversation(numbers: Collection[str]) -> list[Said]:
    """The last hundred each way, the oldest first, without what was called off before it left."""
    ours = (
        Message.objects.filter(to__in=numbers, channel=Channel.SMS)
        .exclude(kind="code")
        .exclude(status=MessageStatus.CANCELLED)
        .select_related("appointment", "inbound")
        .order_by("-pk")[:LATEST]
    )
    theirs = InboundText.objects.filter(from_number__in=numbers).order_by("-pk")[:LATEST]
    said = [Said(_at(message), message=message) for message in ours]
    said += [Said(text.received_at, inbound=text) for text in theirs]
    return sorted(said, key=lambda one: one.at)


def _at(message: Message) -> datetime:
    return message.accepted_at or message.settled_at or message.due_at
