"""How soon people can come, and how full the coming weeks are."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection

from scheduler.availability.load_schedule import load_schedule
from scheduler.availability.visit_rules import load_visit
from scheduler.clinic.closures import ONE_DAY, load_closures
from scheduler.clinic.models import Clinic, VisitType
from scheduler.clinic.weekly_rules import working_hours
from scheduler.core.intervals import Interval, merge, subtract
from scheduler.core.opening_hours import WeeklyRule, expand_closures, expand_hours
from scheduler.core.status import PATIENT_LIVE

THIRD = 3
WEEK = timedelta(days=7)

_BOOKED = """
    SELECT date_trunc('week', a.starts_at AT TIME ZONE %(zone)s)::date,
           sum(extract(epoch FROM a.ends_at - a.starts_at))::integer
      FROM scheduler_appointment AS a
      JOIN scheduler_provider AS provider ON provider.id = a.provider_id
     WHERE a.status = ANY(%(live)s) AND NOT provider.call_desk AND provider.active
       AND a.starts_at >= %(start)s AND a.starts_at < %(end)s
     GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Wait:
    """Days until the third time that a patient could have for this visit type; None: there are no
    three."""

    visit_type: str
    days: int | None


@dataclass(frozen=True, slots=True)
class Week:
    """Minutes that providers are open, and those that are booked, from `monday` on."""

    monday: date
    open: int
    booked: int

    @property
    def share(self) -> float | None:
        """Booked ÷ open; more than 1 where visits stand outside the hours."""
        return self.booked / self.open if self.open else None


def waits(*, now: datetime) -> list[Wait]:
    """By visit type, four queries each: the third next available time, as patients are offered
    times (with their notice), or staff where only they book."""
    types = VisitType.objects.filter(active=True, providers__call_desk=False).distinct()
    return [Wait(visit_type.name, _days_to_third(visit_type, now=now)) for visit_type in types]


def _days_to_third(visit_type: VisitType, *, now: datetime) -> int | None:
    visit = load_visit(visit_type.slug, staff=True)
    today = visit.local_day(now)
    schedule = load_schedule(visit, today, today + timedelta(days=visit.horizon_days), now=now)
    free = sorted(set().union(*schedule.free_starts.values()))
    if len(free) < THIRD:
        return None
    return (datetime.fromtimestamp(free[THIRD - 1], visit.tz).date() - today).days


def coming_weeks(clinic: Clinic, count: int, *, now: datetime) -> list[Week]:
    """This week and the next ones, Monday to Sunday, the days that are over included. Five
    queries."""
    today = now.astimezone(clinic.zone).date()
    monday = today - timedelta(days=today.weekday())
    last = monday + count * WEEK - ONE_DAY
    open_seconds = _open_seconds(clinic, monday, last)
    booked = _booked_seconds(clinic, monday, last)
    mondays = [monday + number * WEEK for number in range(count)]
    return [Week(one, open_seconds[one] // 60, booked.get(one, 0) // 60) for one in mondays]


def _open_seconds(clinic: Clinic, first: date, last: date) -> Counter[date]:
    """Monday to the seconds of that week in which providers are open, time off taken away."""
    closures = load_closures(first, last)
    around = (first - ONE_DAY, last + ONE_DAY, clinic.zone)
    found: Counter[date] = Counter()
    rules: dict[int, list[WeeklyRule]] = {}
    for hours in working_hours(first, last):
        if hours.active and not hours.call_desk:
            rules.setdefault(hours.provider, []).append(hours.rule)
    for provider, of_provider in rules.items():
        opens = merge(
            interval for interval, _room in expand_hours(of_provider, first, last, clinic.zone)
        )
        own = closures.of_provider.get(provider, [])
        closed = expand_closures([*closures.everywhere, *own], *around)
        for interval in subtract(opens, closed):
            found[_monday(interval, clinic)] += interval.end - interval.start
    return found


def _monday(interval: Interval, clinic: Clinic) -> date:
    day = datetime.fromtimestamp(interval.start, clinic.zone).date()
    return day - timedelta(days=day.weekday())


def _booked_seconds(clinic: Clinic, first: date, last: date) -> dict[date, int]:
    values: dict[str, Any] = {
        "zone": clinic.time_zone,
        "live": [*PATIENT_LIVE, "completed"],
        "start": datetime.combine(first, time(0), clinic.zone),
        "end": datetime.combine(last + ONE_DAY, time(0), clinic.zone),
    }
    with connection.cursor() as cursor:
        cursor.execute(_BOOKED, values)
        return dict(cursor.fetchall())
