"""Times as staff's pages say them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.clinic.time_format import in_words

MINUTE, HOUR, DAY = 60, 3600, 86400


def clinic_time(at: datetime, tz: ZoneInfo) -> str:
    """ "Tue Nov 24, 10:00 AM": on the clinic's clock."""
    words = in_words(at, tz, "en")
    return f"{words.date_short}, {words.time}"


def how_long(span: timedelta) -> str:
    """ "2 days", "1 day 7 h", "1 h 20 min", "5 min"; under a minute is "a minute"."""
    seconds = int(abs(span.total_seconds()))
    days, rest = divmod(seconds, DAY)
    if days > 1:
        return f"{days} days"
    if days:
        return f"1 day {rest // HOUR} h"
    hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min" if minutes else "a minute"
