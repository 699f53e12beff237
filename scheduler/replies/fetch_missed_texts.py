"""Fetch the texts that came in while we could not be told of them.

Twilio tells of each text once, and of none again while we are away. Its list has them all; those
that were told of are known by their sid, so that each acts once however it came.
"""

import re
from datetime import datetime, timedelta

import structlog

from scheduler.messaging.delivery.heartbeat import beat
from scheduler.messaging.models import Heartbeat
from scheduler.replies.models import InboundText
from scheduler.replies.receive import receive
from scheduler.transports.base import Listed, Listing

FETCHED = "texts fetched"
# How far each look reaches back before the last: the list may trail behind.
OVERLAP = timedelta(hours=1)
# What came just now is being told of.
TOLD_WITHIN = timedelta(minutes=1)
_NUMBER = re.compile(r"\+?[0-9]{3,19}", re.ASCII)

log = structlog.get_logger(__name__)


def fetch_missed_texts(listing: Listing, *, now: datetime) -> int:
    """Act on each text that is on the carrier's list and that we were not told of, the oldest
    first; how many. Raises `NotListed`: then the next look reaches further back.
    """
    last = Heartbeat.objects.filter(name=FETCHED).values_list("at", flat=True).first()
    listed = listing.list_received(since=(last or now) - OVERLAP)
    missed = _not_known([text for text in listed if text.at <= now - TOLD_WITHIN])
    for text in missed:
        receive(text.sid, text.from_, text.body.replace("\x00", ""), sent_at=text.at, now=now)
    beat(FETCHED, now=now)
    if missed:
        log.warning("texts fetched", count=len(missed))
    return len(missed)


def _not_known(listed: list[Listed]) -> list[Listed]:
    sids = [text.sid for text in listed]
    known = set(InboundText.objects.filter(sid__in=sids).values_list("sid", flat=True))
    missed = {
        text.sid: text for text in listed if text.sid not in known and _NUMBER.fullmatch(text.from_)
    }
    return sorted(missed.values(), key=lambda text: text.at)
