"""Keep codes from becoming a way to pester a number or to run up a bill.

Counted in PostgreSQL, so that no restart forgets them, under locks, so that fifty at once count as
fifty. Numbers and networks are kept as keyed digests.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet

from scheduler.rate_limits.counting import DAY, HOUR, CodeLimit, digest
from scheduler.rate_limits.models import CodeSent
from scheduler.worklist.models import StaffTask

PER_CONTACT = ((HOUR, 3), (DAY, 5))
PER_NETWORK = ((HOUR, 10),)
# All patients of a clinic together ask for a few dozen codes on their busiest hour.
EVERYBODY_AN_HOUR = 300


def check_network(network: str, *, now: datetime) -> None:
    """Raises CodeLimit where the network, or everybody together, asked for too many codes."""
    _check("network", CodeSent.objects.filter(network=digest("network", network)), PER_NETWORK, now)
    recent = CodeSent.objects.filter(at__gt=now - HOUR).count()
    if recent >= EVERYBODY_AN_HOUR:
        raise CodeLimit("clinic", HOUR)
    if recent == EVERYBODY_AN_HOUR - 1:
        StaffTask.objects.create(
            kind=StaffTask.Kind.CODES, urgent=True, created_at=now, note="Codes are paused."
        )


def check_contact(contact: str, *, now: datetime) -> None:
    """Raises CodeLimit where this number or address was sent too many codes."""
    _check("contact", CodeSent.objects.filter(contact=digest("contact", contact)), PER_CONTACT, now)


def count(contact: str, network: str, *, now: datetime) -> None:
    CodeSent.objects.create(
        contact=digest("contact", contact), network=digest("network", network), at=now
    )


def _check(
    scope: str, sent: QuerySet[CodeSent], limits: Iterable[tuple[timedelta, int]], now: datetime
) -> None:
    for span, most in limits:
        times = list(sent.filter(at__gt=now - span).order_by("-at").values_list("at", flat=True))
        if len(times) >= most:
            raise CodeLimit(scope, times[most - 1] + span - now)
