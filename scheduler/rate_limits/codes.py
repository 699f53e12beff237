"""Keep codes from becoming a way to pester a number or to run up a bill.

Counted in PostgreSQL, so that no restart forgets them, under locks, so that fifty at once count as
fifty. Numbers and networks are kept as keyed digests.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from scheduler.rate_limits.counting import DAY, HOUR, CodeLimit, digest
from scheduler.transactions.statements import change_planned, fetch_planned
from scheduler.worklist.models import StaffTask

PER_CONTACT = ((HOUR, 3), (DAY, 5))
PER_NETWORK = ((HOUR, 10),)
# All patients of a clinic together ask for a few dozen codes on their busiest hour.
EVERYBODY_AN_HOUR = 300

_SENT = """
    (SELECT '' AS contact, at, 0 AS together FROM scheduler_codesent
      WHERE network = %(network)s AND at > %(day)s ORDER BY at DESC LIMIT %(most)s)
     UNION ALL
    SELECT contact, at, 0 FROM scheduler_codesent
     WHERE contact = ANY(%(contacts)s) AND at > %(day)s
     UNION ALL
    SELECT '', NULL, count(*) FROM scheduler_codesent WHERE at > %(hour)s
"""
_COUNT = """
    INSERT INTO scheduler_codesent (contact, network, at)
    VALUES (%(contact)s, %(network)s, %(now)s)
"""


def check(contacts: Sequence[str], network: str, *, now: datetime) -> list[str]:
    """Those of the numbers and addresses, at least one, that may be sent a code now.

    One statement looks at all limits. Raises CodeLimit where the network or everybody together
    asked for too many, or each of the contacts got too many: then it is the first one's limit.
    """
    digests = {contact: digest("contact", contact) for contact in contacts}
    sent: dict[str, list[datetime]] = {owner: [] for owner in ("", *digests.values())}
    together = 0
    values = {
        "network": digest("network", network),
        "contacts": list(digests.values()),
        "hour": now - HOUR,
        "day": now - DAY,
        "most": max(most for _, most in PER_NETWORK),
    }
    for owner, at, counted in fetch_planned(_SENT, values):
        together += counted
        if at is not None:
            sent[owner].append(at)
    if limit := _limit("network", sent[""], PER_NETWORK, now):
        raise limit
    _check_together(together, now=now)
    limits = {
        contact: _limit("contact", sent[owner], PER_CONTACT, now)
        for contact, owner in digests.items()
    }
    free = [contact for contact, limit in limits.items() if limit is None]
    if free:
        return free
    raise next(limit for limit in limits.values() if limit is not None)


def count(contact: str, network: str, *, now: datetime) -> None:
    values = {
        "contact": digest("contact", contact),
        "network": digest("network", network),
        "now": now,
    }
    change_planned(_COUNT, values)


def _check_together(recent: int, *, now: datetime) -> None:
    if recent >= EVERYBODY_AN_HOUR:
        raise CodeLimit("clinic", HOUR)
    if recent == EVERYBODY_AN_HOUR - 1:
        StaffTask.objects.create(
            kind=StaffTask.Kind.CODES, urgent=True, created_at=now, note="Codes are paused."
        )


def _limit(
    scope: str, sent: Iterable[datetime], limits: Iterable[tuple[timedelta, int]], now: datetime
) -> CodeLimit | None:
    for span, most in limits:
        recent = sorted((at for at in sent if at > now - span), reverse=True)
        if len(recent) >= most:
            return CodeLimit(scope, recent[most - 1] + span - now)
    return None
