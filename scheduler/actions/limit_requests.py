"""Keep what anyone may have sent to a number from becoming a way to pester it.

Counted in PostgreSQL under locks, like codes; known and unknown contacts count alike.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet

from scheduler.actions import limit_codes
from scheduler.models import Asked

HOUR = timedelta(hours=1)
A_CONTACT_AN_HOUR = 3
# A household, a ward or a waiting room share one network.
A_NETWORK_AN_HOUR = 10


class TooManyRequests(Exception):
    """Asked for too often. `retry_after` is in seconds."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("asked for too often")
        self.retry_after = int(retry_after.total_seconds()) + 1


def count(kind: Asked.Kind, contacts: Iterable[str], network: str, *, now: datetime) -> None:
    """Count one request for these numbers and addresses, in the caller's transaction.

    Takes their locks, so call it before any other lock is taken. Raises TooManyRequests.
    """
    known = sorted(set(contacts))
    limit_codes.lock(known, network)
    digests = [limit_codes.digest(f"asked-{kind}", contact) for contact in known]
    from_network = limit_codes.digest("network", network)
    recent = Asked.objects.filter(kind=kind, at__gt=now - HOUR)
    _check(recent.filter(network=from_network), A_NETWORK_AN_HOUR * len(known), now)
    for digest in digests:
        _check(recent.filter(contact=digest), A_CONTACT_AN_HOUR, now)
    Asked.objects.bulk_create(
        Asked(kind=kind, contact=digest, network=from_network, at=now) for digest in digests
    )


def _check(asked: QuerySet[Asked], most: int, now: datetime) -> None:
    times = list(asked.order_by("-at").values_list("at", flat=True)[:most])
    if len(times) >= most:
        raise TooManyRequests(times[most - 1] + HOUR - now)
