"""A zone as the VTIMEZONE of a calendar file, by its own rules rather than by its name."""

from datetime import timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from scheduler.messaging.zone_rules import Onset, YearlyRule, onsets

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@lru_cache(maxsize=8)
def time_zone_of(tz: ZoneInfo, year: int) -> bytes:
    """RFC 5545, 3.6.5: good for whatever happens in `year` or the year after it. Written once."""
    zone = Timezone()
    zone.add("tzid", tz.key)
    for onset in onsets(tz, year):
        zone.add_component(_part(onset))
    written: bytes = zone.to_ical()
    return written


def _part(onset: Onset) -> TimezoneDaylight | TimezoneStandard:
    part = TimezoneDaylight() if onset.is_daylight else TimezoneStandard()
    part.add("dtstart", onset.local)
    part.add("tzoffsetfrom", timedelta(seconds=onset.before))
    part.add("tzoffsetto", timedelta(seconds=onset.after))
    part.add("tzname", onset.name)
    if onset.rule is not None:
        part.add("rrule", _recurring(onset.rule))
    return part


def _recurring(rule: YearlyRule) -> vRecur:
    day = f"{rule.nth}{_WEEKDAYS[rule.weekday]}"
    return vRecur(freq="YEARLY", bymonth=rule.month, byday=day)
