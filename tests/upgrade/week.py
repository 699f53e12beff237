"""A week of sending: what goes out of a database, hour by hour."""

import re
from datetime import timedelta

from tests.factories import at
from tests.messaging.carriers import Carrier, deliver_due
from tests.upgrade.every_table import AFTERWARDS

WEEK_ENDS = at("2026-11-24 09:00")


def send_a_week() -> list[list[str]]:
    """(address, subject, text) of all that falls due until the Tuesday after, sorted."""
    sent, now = [], AFTERWARDS
    while now < WEEK_ENDS:
        for channel in ("sms", "email"):
            carrier = Carrier()
            deliver_due(carrier, now=now, channel=channel)
            sent += [[one.to, one.subject, words_of(one.text)] for one in carrier.sent]
        now += timedelta(hours=1)
    return sorted(sent)


def words_of(text: str) -> str:
    """Without what came since: short lines, the link that stops reminders by mail, and the mark of
    the text in the second half of each link."""
    unmarked = re.sub(r"(/(?:a|contact/r)/\w{8})\w{8}|(/i/\w{5})\w{3}", r"\1\2", text)
    return " ".join(unmarked.partition("Stop reminder emails")[0].split())
