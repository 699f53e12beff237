"""What must be looked after whether or not anybody calls."""

from datetime import timedelta

import structlog
from django.utils import timezone

from scheduler.booking.holds.code_another_way import codes_another_way
from scheduler.booking.purge_expired import purge_expired as purge_expired_at
from scheduler.closures.follow_offers import follow_offers
from scheduler.messaging.delivery.fall_back import fall_back_late
from scheduler.messaging.delivery.held_up import help_held_up
from scheduler.messaging.delivery.mark_uncertain import mark_unfinished
from scheduler.messaging.models import Channel
from scheduler.messaging.reminders.replan import replan_reminders
from scheduler.messaging.uncertain.settle_uncertain import Outcome, settle_next
from scheduler.replies.fetch_missed_texts import fetch_missed_texts as fetch_missed_texts_at
from scheduler.replies.receive import act_on_waiting
from scheduler.transactions.concurrency import one_slot_of
from scheduler.transports.base import Listing
from scheduler.transports.errors import NotListed
from tasks.celery import app
from tasks.transports import transports

# Looking texts up keeps one process of all workers busy, and for no longer than this at a time.
TURN = timedelta(seconds=20)

log = structlog.get_logger(__name__)


@app.task(name="tasks.upkeep.look_after_messages")
def look_after_messages() -> None:
    """Free what dead workers claimed, act on texts that were stored but not acted on, put on the
    call list who was offered a new time in vain, bring reminders in line with changed rules, and
    send another way what did not arrive or can't leave."""
    now = timezone.now()
    mark_unfinished(now=now)
    act_on_waiting(now=now)
    follow_offers(now=now)
    replan_reminders(now=now)
    codes_another_way(now=now)
    fall_back_late(now=now)
    help_held_up(now=now)


@app.task(name="tasks.upkeep.settle_uncertain")
def settle_uncertain() -> int:
    """Look up texts that may or may not have left, until none is left to look up, the carrier's
    list can't be read, or the turn is over; how many."""
    until = timezone.now() + TURN
    seen = 0
    with one_slot_of(1, "settle uncertain") as ours:
        while ours and (now := timezone.now()) < until:
            outcome = settle_next(_listing(), now=now)
            seen += outcome is not None
            if outcome in {None, Outcome.NOT_LISTED}:
                break
    return seen


@app.task(name="tasks.upkeep.fetch_missed_texts")
def fetch_missed_texts() -> int:
    """Act on texts that came in and that nobody told us of; how many."""
    listing = _listing()
    if listing is None:
        return 0
    try:
        with one_slot_of(1, "fetch missed texts") as ours:
            return fetch_missed_texts_at(listing, now=timezone.now()) if ours else 0
    except NotListed as error:
        log.warning("list not read", code=error.code)
        return 0


def _listing() -> Listing | None:
    found = transports().get(Channel.SMS)
    return found if isinstance(found, Listing) else None


@app.task(name="tasks.upkeep.purge_expired")
def purge_expired() -> None:
    """Let go of what has served its time: lapsed holds, counted codes, remembered answers."""
    purge_expired_at(now=timezone.now())


@app.task(name="tasks.upkeep.clear_out")
def clear_out() -> None:
    """Its name until it was renamed: what was queued under it before an upgrade is run."""
    purge_expired()
