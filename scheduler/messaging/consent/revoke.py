"""Take back what a number or address agreed to, by whichever route its owner says so."""

from datetime import datetime

from django.db import transaction

from scheduler.messaging.consent.opt_out import opt_out
from scheduler.messaging.consent.write_consent import write_consent
from scheduler.messaging.models import Consent


def revoke(
    channel: str,
    address: str,
    *,
    route: str,
    source: str,
    language: str = "en",
    name: str = "",
    now: datetime,
) -> Consent:
    """Write it down, and let no sending begin from its commit on; it holds for all who share it.

    `route` is one of Consent.Route, `source` says it in words; `language` is that of the page they
    saw. Reminders alone are `stop_reminders`' to stop.
    """
    with transaction.atomic():
        said = write_consent(
            channel,
            address,
            granted=False,
            language=language,
            source=source,
            route=route,
            name=name,
            now=now,
        )
        opt_out(channel, address, source=said.source, now=now)
        return said
