"""A composed message as it leaves: secrets filled in, the calendar file attached."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Literal

from django.conf import settings

from scheduler.clinic.models import Clinic
from scheduler.links.models import Link
from scheduler.messaging.calendar_file import calendar_file
from scheduler.messaging.compose import Composed, fill
from scheduler.messaging.delivery.plain_text import wrapped
from scheduler.messaging.message_secrets import secrets_of
from scheduler.messaging.models import Channel, Message
from scheduler.messaging.plan import CANCELLED, CLOSED, CODE, LATE, LINKS, template_of
from scheduler.transports.base import Outgoing


def outgoing(
    message: Message,
    composed: Composed,
    clinic: Clinic,
    links: Iterable[Link] | None = None,
    *,
    now: datetime,
) -> Outgoing:
    """The message as it leaves: links and code filled in, the calendar attached.

    `links` are its owner's, where they are read already.
    """
    secrets = secrets_of(message, links)
    text = fill(composed.text, secrets)
    ready = Outgoing(
        message_id=message.public_id.hex,
        to=message.to,
        subject=composed.subject,
        text=text if message.channel == Channel.SMS else wrapped(text),
        sender_name=clinic.sms_name,
        reply_to=clinic.email,
        unsubscribe_url=secrets.get("unsubscribe_link", ""),
    )
    if message.channel == Channel.SMS:
        return replace(
            ready,
            valid_for=max(1, int((message.expires_at - now).total_seconds())),
            callback_url=f"{settings.PUBLIC_URL}/webhooks/twilio/status",
        )
    html = fill(composed.html, secrets)
    appointment = message.appointment
    if appointment is None or template_of(message.kind) in {CODE, LINKS, LATE}:
        return replace(ready, html=html)
    off = template_of(message.kind) in {CANCELLED, CLOSED}
    method: Literal["CANCEL", "REQUEST"] = "CANCEL" if off else "REQUEST"
    return replace(
        ready,
        html=html,
        calendar_method=method,
        calendar=calendar_file(
            appointment,
            clinic,
            method=method,
            now=now,
            information_link=secrets["information_link"],
            manage_link=secrets["manage_link"],
            attendee=message.to,
        ),
    )
