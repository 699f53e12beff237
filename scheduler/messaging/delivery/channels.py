"""The transports that the settings name, one for each channel that is not off."""

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from scheduler.messaging.channel_traits import TRAITS
from scheduler.messaging.models import Channel
from scheduler.transports.base import Transport
from scheduler.transports.email import Email
from scheduler.transports.outbox import Outbox
from scheduler.transports.twilio_sms import TwilioSms

Transports = Mapping[str, Transport]


def is_on(channel: str) -> bool:
    return _named(channel) != "off"


def reports(channel: str) -> bool:
    """Whether its carrier tells what was delivered; the outbox tells nothing."""
    return TRAITS[channel].reports and _named(channel) not in {"off", "outbox"}


def _named(channel: str) -> str:
    return str(getattr(settings, TRAITS[channel].setting))


def from_settings(*, clock: Callable[[], datetime]) -> Transports:
    """Channel to transport. `clock` dates what goes to the outbox."""
    made = {Channel.SMS: _sms, Channel.EMAIL: _email}
    return {channel: make(clock) for channel, make in made.items() if is_on(channel)}


def _sms(clock: Callable[[], datetime]) -> Transport:
    if settings.SMS_TRANSPORT == "outbox":
        return Outbox(settings.DATA_DIR / "outbox", channel="sms", clock=clock)
    return TwilioSms(
        account_sid=settings.TWILIO_ACCOUNT_SID,
        auth_token=settings.TWILIO_AUTH_TOKEN,
        from_number=settings.TWILIO_FROM,
        messaging_service_sid=settings.TWILIO_MESSAGING_SERVICE_SID,
        api_base=settings.TWILIO_API_BASE,
    )


def _email(clock: Callable[[], datetime]) -> Transport:
    if settings.EMAIL_TRANSPORT == "outbox":
        return Outbox(settings.DATA_DIR / "outbox", channel="email", clock=clock)
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    return Email(
        from_address=settings.EMAIL_FROM, message_id_host=host, timeout=settings.EMAIL_TIMEOUT
    )
