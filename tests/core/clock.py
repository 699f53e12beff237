"""Instants for tests, written as a wall clock shows them."""

from datetime import datetime
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
MINUTE, HOUR, DAY = 60, 3600, 86_400


def at(text: str, tz: ZoneInfo = NEW_YORK, *, fold: int = 0) -> int:
    """The epoch seconds of "2026-03-08 09:30" in a zone; `fold=1` is the second pass of an hour."""
    return int(datetime.fromisoformat(text).replace(tzinfo=tz, fold=fold).timestamp())


def shown(instant: int, tz: ZoneInfo = NEW_YORK) -> str:
    """The other way round, with the zone's abbreviation: "2026-03-08 09:30 EDT"."""
    return datetime.fromtimestamp(instant, tz).strftime("%Y-%m-%d %H:%M %Z")
