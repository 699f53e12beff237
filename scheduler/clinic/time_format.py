"""Instants in words: the clinic's local time, with its zone, as each language writes it."""

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from scheduler.clinic.date_format import _date_in_short, date_in_words

_ZONES = {
    "America/New_York": ("Eastern time", "hora del Este"),
    "America/Detroit": ("Eastern time", "hora del Este"),
    "America/Chicago": ("Central time", "hora del Centro"),
    "America/Denver": ("Mountain time", "hora de la Montaña"),
    "America/Phoenix": ("Mountain time", "hora de la Montaña"),
    "America/Los_Angeles": ("Pacific time", "hora del Pacífico"),
}


@dataclass(frozen=True, slots=True)
class When:
    """`date` "Tuesday, November 24, 2026", `date_short` "Tue Nov 24", `time` "10:00 AM",
    `zone` "EST", `zone_name` "Eastern time"."""

    date: str
    date_short: str
    time: str
    zone: str
    zone_name: str


def in_words(at: datetime, tz: ZoneInfo, language: str) -> When:
    """An instant as the clinic's wall clock shows it, in "en" or "es"."""
    local = at.astimezone(tz)
    zone = local.tzname() or ""
    day = local.date()
    return When(
        date=date_in_words(day, language),
        date_short=_date_in_short(day, language),
        time=time_in_words(local),
        zone=zone,
        zone_name=_ZONES.get(tz.key, (zone, zone))[language == "es"],
    )


def time_in_words(local: datetime | time) -> str:
    """What a clock shows at this local time: "10:00 AM", alike in both languages."""
    return f"{local.hour % 12 or 12}:{local.minute:02} {'AM' if local.hour < 12 else 'PM'}"
