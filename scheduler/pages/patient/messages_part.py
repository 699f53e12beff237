"""What a visit's page says of the messages about it."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language_info

from scheduler.actions.plan_messages import consented
from scheduler.models import Appointment


@dataclass(frozen=True, slots=True)
class MessagesPart:
    """What the visit's page says of its messages. `reached` is False where none may be sent.

    `language` is the name of their language in itself; `other` is (code, name) of the other one.
    """

    reached: bool
    reminders_on: bool
    language: str
    other: tuple[str, str]


def messages_part(appointment: Appointment) -> MessagesPart:
    other = next(code for code, _name in settings.LANGUAGES if code != appointment.language)
    return MessagesPart(
        reached=bool(appointment.contact and consented(appointment.contact)),
        reminders_on=appointment.reminders_on,
        language=_name(appointment.language),
        other=(other, _name(other)),
    )


def _name(language: str) -> str:
    name = str(get_language_info(language)["name_local"])
    return name[:1].upper() + name[1:]
