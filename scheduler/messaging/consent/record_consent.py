"""What a person agreed to, in the very words that they read."""

from datetime import datetime

from scheduler.audit.asked_by import asked_by
from scheduler.messaging.consent.wordings import wording_of
from scheduler.messaging.consent.write_consent import route_of
from scheduler.patients.person import Person
from scheduler.transactions.statements import change_planned

NOT_PROVEN = ", not proven"
_RECORD = """
    INSERT INTO scheduler_consent
           (channel, address, granted, wording, wording_version, language, source, route,
            name, by_id, ip, at)
    SELECT agreed.channel, agreed.address, true, agreed.wording, agreed.version,
           %(language)s, agreed.source, %(route)s, %(name)s, %(by)s, %(ip)s, %(now)s
      FROM unnest(%(channels)s::text[], %(addresses)s::text[], %(wordings)s::text[],
                  %(versions)s::text[], %(sources)s::text[])
           AS agreed (channel, address, wording, version, source)
"""


def record_consent(
    person: Person, *, source: str, now: datetime, proven: list[tuple[str, str]] | None = None
) -> None:
    """Write down what the person agreed to, with the sentence they saw, and where it was said.

    Where some addresses are `proven`, the source of the others says that they are not.
    """
    agreed = person.agreed
    if not agreed:
        return
    language = person.consent_language or person.language
    wordings = [wording_of(channel) for channel, _ in agreed]
    asker = asked_by()
    values = {
        "channels": [channel for channel, _ in agreed],
        "addresses": [address for _, address in agreed],
        "wordings": [wording.words[language] for wording in wordings],
        "versions": [wording.version for wording in wordings],
        "sources": [
            source if proven is None or address in proven else f"{source}{NOT_PROVEN}"
            for address in agreed
        ],
        "language": language,
        "route": route_of(source),
        "name": person.contact_name or person.name,
        "by": asker.user,
        "ip": asker.ip,
        "now": now,
    }
    change_planned(_RECORD, values)
