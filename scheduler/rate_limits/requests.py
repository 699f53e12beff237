"""Keep what anyone may have sent to a number from becoming a way to pester it.

Counted in PostgreSQL under locks, like codes; known and unknown contacts count alike.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet

from scheduler.core.refusal import Audience, Refusal
from scheduler.rate_limits.counting import digest as digest_of
from scheduler.rate_limits.counting import lock
from scheduler.rate_limits.models import RateLimitEvent

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
A_CONTACT_AN_HOUR = 3
# A time that is kept keeps others out, for up to three days.
A_CONTACT_A_DAY = {RateLimitEvent.Kind.HOLD: 5}
# A household, a ward or a waiting room share one network.
A_NETWORK_AN_HOUR = 10


class TooManyRequests(Refusal):
    """Asked for too often. `retry_after` is in seconds."""

    code = "too-many-requests"
    status = 429
    met_by = Audience.PATIENT | Audience.API
    retry_after: int

    def __init__(self, retry_after: timedelta) -> None:
        seconds = int(retry_after.total_seconds()) + 1
        super().__init__("asked for too often", retry_after=seconds)


def count(
    kind: RateLimitEvent.Kind, contacts: Iterable[str], network: str, *, now: datetime
) -> None:
    """Count one request for these numbers and addresses, in the caller's transaction.

    Takes their locks where they aren't held, so call it before other locks. Raises TooManyRequests.
    """
    known = sorted(set(contacts))
    lock(known, network)
    digests = [digest_of(f"asked-{kind}", contact) for contact in known]
    from_network = digest_of("network", network)
    asked = RateLimitEvent.objects.filter(kind=kind)
    _check(asked.filter(network=from_network), HOUR, A_NETWORK_AN_HOUR * len(known), now)
    for digest in digests:
        _check(asked.filter(contact=digest), HOUR, A_CONTACT_AN_HOUR, now)
        if kind in A_CONTACT_A_DAY:
            _check(asked.filter(contact=digest), DAY, A_CONTACT_A_DAY[kind], now)
    RateLimitEvent.objects.bulk_create(
        RateLimitEvent(kind=kind, contact=digest, network=from_network, at=now)
        for digest in digests
    )


def _check(asked: QuerySet[RateLimitEvent], span: timedelta, most: int, now: datetime) -> None:
    recent = asked.filter(at__gt=now - span)
    times = list(recent.order_by("-at").values_list("at", flat=True)[:most])
    if len(times) >= most:
        raise TooManyRequests(times[most - 1] + span - now)
