"""Look up on the carrier's record whether a text that may have left was taken.

It surely was not if the record has had time, shows texts that left later, and has nothing to this
number that might be the one. Whoever began to send it has given up long before.
"""

from datetime import datetime, timedelta

from scheduler.messaging.models import Message
from scheduler.messaging.uncertain.recognize import Missing, recognize
from scheduler.transports.base import Listed, Listing
from scheduler.transports.errors import NotListed

# All from when its sending began. Nothing is taken for absent before:
SETTLED = timedelta(minutes=3)
# or, where the record shows no text that left later (by more than our clocks differ), before:
SETTLED_UNPROVEN = timedelta(minutes=15)
LATER = timedelta(minutes=1)
# Our clock and the carrier's, and a text that is sent while a list is made.
OVERLAP = timedelta(minutes=15)


def look_up(message: Message, listing: Listing | None, *, now: datetime) -> Listed | Missing | None:
    """None: it is not there yet, and may still come."""
    if listing is None:
        raise NotListed("off")
    since = begun(message)
    found = recognize(message, listing.list_sent(message.to, since=since - OVERLAP))
    if isinstance(found, Listed):
        return found
    if now < since + SETTLED or not _is_up_to_date(listing, since, now=now):
        return None
    # Without a date there are also those that wait at the carrier to be sent.
    return recognize(message, listing.list_sent(message.to))


def _is_up_to_date(listing: Listing, begun: datetime, *, now: datetime) -> bool:
    """Whether a text that began to leave then would be on the record by now."""
    until = listing.listed_until()
    return now >= begun + SETTLED_UNPROVEN or (until is not None and until >= begun + LATER)


def begun(message: Message) -> datetime:
    if message.sending_at is None:
        raise ValueError("nothing is in doubt before it began to leave")
    return message.sending_at
