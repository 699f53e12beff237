"""What a person agreed to, in the very words that they read."""

from datetime import datetime

from scheduler.messaging.models import Channel, Consent
from scheduler.patients.person import Person

WORDINGS = {
    "en": "Text me about my visits. Message frequency varies; message and data rates may apply. "
    "STOP to end, HELP for help.",
    "es": "Envíenme mensajes de texto sobre mis citas. La frecuencia varía; pueden aplicarse "
    "tarifas de mensajes y datos. STOP para terminar, HELP para ayuda.",
}


NOT_PROVEN = ", not proven"


def record_consent(
    person: Person, *, source: str, now: datetime, proven: list[tuple[str, str]] | None = None
) -> None:
    """Write down what the person agreed to, with the sentence they saw.

    Where some addresses are `proven`, the source of the others says that they are not.
    """
    language = person.consent_language or person.language
    Consent.objects.bulk_create(
        Consent(
            channel=channel,
            address=address,
            granted=True,
            wording=WORDINGS[language] if channel == Channel.SMS else "email",
            language=language,
            source=source
            if proven is None or (channel, address) in proven
            else f"{source}{NOT_PROVEN}",
            at=now,
        )
        for channel, address in person.agreed
    )
