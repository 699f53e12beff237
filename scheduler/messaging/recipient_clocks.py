"""The wall clocks of whoever is texted, as far as their number tells where they are."""

from datetime import time
from functools import lru_cache
from zoneinfo import ZoneInfo

from phonenumbers import NumberParseException, parse
from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_geographical_number

from scheduler.core.quiet_hours import Clock
from scheduler.messaging.channel_traits import TRAITS

# 47 CFR 64.1200(c)(1), in the recipient's time: a telemarketing rule that the product keeps for
# everything.
QUIET_UNTIL, QUIET_FROM = time(8), time(21)
# That the clinic is closed must be known before people set out.
NEWS_FROM = time(6)


def recipient_clocks(
    address: tuple[str, str], clinic_zone: ZoneInfo, *, opens: time = QUIET_UNTIL
) -> tuple[Clock, ...]:
    """Of (channel, address): a clock for each zone that a number may belong to and that is not the
    clinic's, none for a mail address, which wakes nobody.

    Several where the number's area lies in several, all of its country's where it names no area,
    such as a new prefix. A mobile number moves with its owner: nobody knows better.
    """
    channel, number = address
    zones = zones_of(number) if TRAITS[channel].wakes else ()
    return tuple(Clock(zone, opens, QUIET_FROM) for zone in zones if zone.key != clinic_zone.key)


@lru_cache(maxsize=10_000)
def zones_of(number: str) -> tuple[ZoneInfo, ...]:
    """None for what is no number, or one that is at home nowhere."""
    try:
        found = time_zones_for_geographical_number(parse(number))
    except NumberParseException:
        return ()
    return tuple(ZoneInfo(name) for name in found if name != UNKNOWN_TIMEZONE)
