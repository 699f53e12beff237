"""The links and the code that a message's placeholders stand for."""

from collections.abc import Iterable, Sequence

from django.conf import settings

from scheduler.links.codes import code
from scheduler.links.issue import (
    information_url,
    manage_url,
    request_url,
    tokens_in_text,
    tokens_of,
    unsubscribe_token,
    unsubscribe_url,
)
from scheduler.links.models import Link
from scheduler.messaging.message_context import appointment_of, can_unsubscribe
from scheduler.messaging.models import Channel, Message
from scheduler.messaging.plan import CODE


def secrets_of(
    message: Message, links: Iterable[Link] | None = None, keys: Sequence[str] = ()
) -> dict[str, str]:
    """By placeholder; `links` are those of the message's owner, where they are read already.

    `keys` are other ones than the settings' own, the first signs. The links of a text name it.
    """
    keys = keys or settings.LINK_KEYS
    appointment = appointment_of(message)
    owner = message.contact_request or appointment
    if owner is None:
        return {}
    found = list(owner.links.all() if links is None else links)
    # One that was never saved, such as an example, is not to be told from others.
    is_text = message.channel == Channel.SMS and message.pk is not None
    tokens = tokens_in_text(found, message.pk, keys) if is_text else tokens_of(found)
    if message.contact_request is not None or appointment is None:
        return {"request_link": request_url(tokens["c"])}
    secrets = {
        "manage_link": manage_url(tokens["a"]),
        "information_link": information_url(tokens["i"]),
    }
    if can_unsubscribe(message):
        token = unsubscribe_token(message.public_id.hex, found)
        secrets["unsubscribe_link"] = unsubscribe_url(token)
    if message.kind == CODE:
        secrets["code"] = code(keys, appointment.reference, message.sequence)
    return secrets
