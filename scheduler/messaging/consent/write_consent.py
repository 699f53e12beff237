"""Write down one answer, yes or no, about being written to."""

from datetime import datetime

from scheduler.audit.asked_by import asked_by
from scheduler.messaging.consent.wordings import wording_of
from scheduler.messaging.models import Channel, Consent

STAFF = "staff"
SOURCE_LENGTH = 40


def write_consent(
    channel: str,
    address: str,
    *,
    granted: bool,
    language: str,
    source: str,
    now: datetime,
    route: str = "",
    name: str = "",
) -> Consent:
    """Write one answer down, yes or no, about the sentence that is used now."""
    wording, asker = wording_of(channel), asked_by()
    by_text = route == Consent.Route.TEXT
    return Consent.objects.create(
        channel=Channel(channel),
        address=address,
        granted=granted,
        wording=wording.words[language],
        wording_version=wording.version,
        language=language,
        source=source[:SOURCE_LENGTH],
        route=route or route_of(source),
        name=name,
        by_id=asker.user,
        # A text comes from the carrier's machine, whoever wrote it.
        ip=None if by_text else asker.ip,
        at=now,
    )


def route_of(source: str) -> str:
    """Where something was said that has this source."""
    if STAFF in source:
        return Consent.Route.DESK
    return Consent.Route.API if asked_by().by_api else Consent.Route.PAGE
