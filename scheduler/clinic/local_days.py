"""The clinic's days as instants."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.core.wall_clock import MIDNIGHT, instant


def midnight(day: date, tz: ZoneInfo) -> datetime:
    """The instant at which a local day begins."""
    return datetime.fromtimestamp(instant(day, MIDNIGHT, tz), tz)


def bounds(day: date, tz: ZoneInfo) -> tuple[datetime, datetime]:
    """A local day from its midnight to the next: 23 or 25 hours on a day when the clock changes."""
    return midnight(day, tz), midnight(day + timedelta(days=1), tz)
