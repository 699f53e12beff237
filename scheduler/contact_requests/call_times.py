"""When staff could call: the free times in the call desk's column."""

from datetime import date, datetime, timedelta

from scheduler.availability.load_schedule import UnknownProvider, load_schedule
from scheduler.availability.visit_rules import UnknownVisitType, Visit, load_visit
from scheduler.contact_requests.models import ContactRequest

AHEAD = timedelta(days=14)
MOST = 60
NOON = 12


def call_times(
    request: ContactRequest, *, visit_type: str, provider: str, now: datetime
) -> list[datetime]:
    """Local times that suit who asked; any, where none of them does. None without a call desk."""
    try:
        visit = load_visit(visit_type, staff=True)
        first = visit.local_day(now)
        schedule = load_schedule(visit, first, first + AHEAD, now=now, provider=provider)
    except (UnknownVisitType, UnknownProvider):
        return []
    free = {at for starts in schedule.free_starts.values() for at in starts}
    times = [datetime.fromtimestamp(at, visit.tz) for at in sorted(free)]
    return ([at for at in times if _suits(at, request, visit)] or times)[:MOST]


def _suits(at: datetime, request: ContactRequest, visit: Visit) -> bool:
    days: list[date] = request.days
    part = request.part_of_day
    day_suits = not days or visit.local_day(at) in days
    if part == ContactRequest.PartOfDay.ANY:
        return day_suits
    return day_suits and (at.hour < NOON) == (part == ContactRequest.PartOfDay.MORNING)
