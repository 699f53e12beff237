"""The sentences that people agree to. One that is changed gets a new version: what somebody agreed
to years ago stands on their consent, word by word, and its version says which of these it was."""

from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.messaging.models import Channel


@dataclass(frozen=True, slots=True)
class Wording:
    version: str
    words: Mapping[str, str]
    """By language: "en" and "es"."""


TEXTS = Wording(
    "texts-1",
    {
        "en": "Text me about my visits. Message frequency varies; message and data rates may "
        "apply. STOP to end, HELP for help.",
        "es": "Envíenme mensajes de texto sobre mis citas. La frecuencia varía; pueden aplicarse "
        "tarifas de mensajes y datos. STOP para terminar, HELP para ayuda.",
    },
)
MAILS = Wording(
    "mails-1",
    {
        "en": "We send what you need for your visits to this address: the confirmation, changes, "
        "and reminders.",
        "es": "A esta dirección le enviamos lo que necesita para sus citas: la confirmación, los "
        "cambios y los recordatorios.",
    },
)
WORDINGS = TEXTS.words


def wording_of(channel: str) -> Wording:
    return TEXTS if channel == Channel.SMS else MAILS
