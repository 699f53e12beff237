"""The day that the staff's pages open on: today, or the next day the clinic is open."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from scheduler.clinic.closures import closed_days
from scheduler.clinic.models import Clinic
from scheduler.core.business_days import add_business_days, is_business_day

# Until then the desk may still be at work on today's visits.
DAY_ENDS = time(20)
LOOK_AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class OpeningDay:
    """A local day; `closed` where the clinic is not open at all today, `over` where today's work is
    done. Neither: it is today."""

    day: date
    closed: bool = False
    over: bool = False


def opening_day(clinic: Clinic, *, now: datetime) -> OpeningDay:
    """What is of use at this hour. One query."""
    local = now.astimezone(clinic.zone)
    today = local.date()
    closed = closed_days(today, today + LOOK_AHEAD)
    is_open = is_business_day(today, clinic.business_days, closed)
    if is_open and local.time() < DAY_ENDS:
        return OpeningDay(today)
    following = add_business_days(today, 1, weekdays_mask=clinic.business_days, closed_days=closed)
    return OpeningDay(following, closed=not is_open, over=is_open)
