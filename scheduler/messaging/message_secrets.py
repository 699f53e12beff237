"""The links and the code that a message's placeholders stand for."""

from collections.abc import Iterable

from django.conf import settings

from scheduler.links.codes import code
from scheduler.links.issue import (
    information_url,
    manage_url,
    request_url,
    tokens_of,
    unsubscribe_token,
    unsubscribe_url,
)
from scheduler.links.models import Link
from scheduler.messaging.message_context import appointment_of, can_unsubscribe
from scheduler.messaging.models import Message
from scheduler.messaging.plan import CODE


def secrets_of(message: Message, links: Iterable[Link] | None = None) -> dict[str, str]:
    """By placeholder; `links` are those of the message's owner, where they are read already."""
    if message.contact_request is not None:
        tokens = tokens_of(message.contact_request.links.all() if links is None else links)
        return {"request_link": request_url(tokens["c"])}
    appointment = appointment_of(message)
    if appointment is None:
        return {}
    found = list(appointment.links.all() if links is None else links)
    tokens = tokens_of(found)
    secrets = {
        "manage_link": manage_url(tokens["a"]),
        "information_link": information_url(tokens["i"]),
    }
    if can_unsubscribe(message):
        token = unsubscribe_token(message.public_id.hex, found)
        secrets["unsubscribe_link"] = unsubscribe_url(token)
    if message.kind == CODE:
        secrets["code"] = code(settings.LINK_KEYS, appointment.reference, message.sequence)
    return secrets
