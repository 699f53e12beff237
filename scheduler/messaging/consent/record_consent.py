"""What a person agreed to, in the very words that they read."""

from datetime import datetime

from scheduler.messaging.models import Channel
from scheduler.patients.person import Person
from scheduler.transactions.statements import change_rows

WORDINGS = {
    "en": "Text me about my visits. Message frequency varies; message and data rates may apply. "
    "STOP to end, HELP for help.",
    "es": "Envíenme mensajes de texto sobre mis citas. La frecuencia varía; pueden aplicarse "
    "tarifas de mensajes y datos. STOP para terminar, HELP para ayuda.",
}


NOT_PROVEN = ", not proven"
_RECORD = """
    INSERT INTO scheduler_consent (channel, address, granted, wording, language, source, at)
    SELECT agreed.channel, agreed.address, true, agreed.wording, %(language)s, agreed.source,
           %(now)s
      FROM unnest(%(channels)s::text[], %(addresses)s::text[], %(wordings)s::text[],
                  %(sources)s::text[]) AS agreed (channel, address, wording, source)
"""


def record_consent(
    person: Person, *, source: str, now: datetime, proven: list[tuple[str, str]] | None = None
) -> None:
    """Write down what the person agreed to, with the sentence they saw.

    Where some addresses are `proven`, the source of the others says that they are not.
    """
    agreed = person.agreed
    if not agreed:
        return
    language = person.consent_language or person.language
    values = {
        "channels": [channel for channel, _ in agreed],
        "addresses": [address for _, address in agreed],
        "wordings": [
            WORDINGS[language] if channel == Channel.SMS else "email" for channel, _ in agreed
        ],
        "sources": [
            source if proven is None or address in proven else f"{source}{NOT_PROVEN}"
            for address in agreed
        ],
        "language": language,
        "now": now,
    }
    change_rows(_RECORD, values)
