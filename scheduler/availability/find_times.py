"""The next free times that suit somebody, for staff who have them on the phone."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta

from scheduler.availability.free_time import AFTERNOON, ANY, MORNING, FreeTime
from scheduler.availability.load_schedule import load_schedule
from scheduler.availability.schedule import Schedule
from scheduler.availability.visit_rules import Visit

# How far one look goes: far enough for "in 12 weeks" asked twice, and still one range of rows.
LOOK_AHEAD = timedelta(weeks=12)
COUNT = 10
NOON = 12


def find_times(
    visit: Visit,
    since: date,
    *,
    provider: str | None = None,
    weekdays: Collection[int] = (),
    part_of_day: str = ANY,
    now: datetime,
) -> list[FreeTime]:
    """The first ten within twelve weeks of the local day `since`, in order; three queries.

    They stand on the visit type's own grid, but its notice and horizon are for patients. No two of
    them overlap: quarter hours of one free morning would be no choice. `weekdays` (Monday is 0)
    and `part_of_day` narrow them, `provider` is a slug. Raises UnknownProvider.
    """
    visit = visit.for_staff(on_its_grid=True)
    schedule = load_schedule(visit, since, since + LOOK_AHEAD, now=now, provider=provider)
    found: list[FreeTime] = []
    taken_until = 0
    for at, start in _suiting(schedule, weekdays, part_of_day):
        busy = visit.shape.busy_range(at)
        owner = schedule.least_busy(at, start.date()) if busy.start >= taken_until else None
        if owner is not None:
            taken_until = busy.end
            found.append(FreeTime(start, visit.ends(start), schedule.slugs[owner]))
        if len(found) == COUNT:
            break
    return found


def _suiting(
    schedule: Schedule, weekdays: Collection[int], part_of_day: str
) -> Iterator[tuple[int, datetime]]:
    """The free starts that suit, sorted, as epoch seconds and in the clinic's zone."""
    for at in sorted(set().union(*schedule.free_starts.values())):
        start = datetime.fromtimestamp(at, schedule.visit.tz)
        if weekdays and start.weekday() not in weekdays:
            continue
        if part_of_day in (ANY, MORNING if start.hour < NOON else AFTERNOON):
            yield at, start
