"""Instants in words: the clinic's local time, with its zone, as each language writes it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format

_LONG = {"en": "l, F j, Y", "es": r"l j \d\e F \d\e Y"}
_SHORT = {"en": "D M j", "es": "D j M"}
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
    with translation.override(language):
        return When(
            date=date_format(local, _LONG[language]),
            date_short=date_format(local, _SHORT[language]).lower()
            if language == "es"
            else date_format(local, _SHORT[language]),
            time=time_in_words(local),
            zone=zone,
            zone_name=_ZONES.get(tz.key, (zone, zone))[language == "es"],
        )


def date_in_words(local: datetime, language: str) -> str:
    """The long form of this local day alone: "Tuesday, November 24, 2026"."""
    with translation.override(language):
        return date_format(local, _LONG[language])


def time_in_words(local: datetime) -> str:
    """What a clock shows at this local time: "10:00 AM", alike in both languages."""
    return f"{local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"
