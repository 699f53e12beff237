"""Where the visits that a closing stands over could go: the nearest free times outside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scheduler.availability.load_schedule import load_schedule
from scheduler.availability.schedule import Booked, Schedule
from scheduler.availability.visit_rules import UnknownVisitType, Visit, load_visit
from scheduler.booking.models import Appointment
from scheduler.clinic.closures import ONE_DAY
from scheduler.clinic.models import TimeOff
from scheduler.closures.time_off import spans_of
from scheduler.core.intervals import Interval
from scheduler.core.slots import room_for

CHOICES = 4
BEFORE, AFTER = timedelta(days=7), timedelta(days=21)
# Of time off that repeats for a year, the times after this long are not the nearest.
LONGEST_LOOK = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A free start in the clinic's time, and the slug of who would see the patient."""

    start: datetime
    provider: str


def propose_times(
    visits: list[Appointment], time_off: TimeOff, *, now: datetime
) -> dict[int, list[Proposal]]:
    """Appointment id to its free times outside the time off: the nearest with its own provider
    first, then the nearest with anyone else.

    The first of each can all be had together: what an earlier visit is offered first, no later
    one is. A visit whose type can't be booked any more has none. Four queries a visit type.
    """
    schedules = _schedules(visits, time_off, now=now)
    found: dict[int, list[Proposal]] = {}
    for visit in visits:
        schedule = schedules.get(visit.visit_type_id)
        nearest = _nearest(schedule, visit) if schedule else []
        found[visit.pk] = [
            Proposal(datetime.fromtimestamp(at, schedule.visit.tz), schedule.slugs[owner])
            for at, owner in nearest
            if schedule
        ]
        if schedule and nearest:
            taken = _taken(schedule, *nearest[0])
            schedules = {
                type_id: one.with_booked([*one.booked, taken]) for type_id, one in schedules.items()
            }
    return found


def _schedules(
    visits: list[Appointment], time_off: TimeOff, *, now: datetime
) -> dict[int, Schedule]:
    """Visit type to its schedule, with the time off in it and the visits out of the way."""
    gone = {(visit.provider_id, int(visit.busy_start.timestamp())) for visit in visits}
    found = {}
    for type_id, slug in {visit.visit_type_id: visit.visit_type.slug for visit in visits}.items():
        try:
            visit = load_visit(slug, staff=True).for_staff(on_its_grid=True)
        except UnknownVisitType:
            continue
        starts = [one.starts_at for one in visits if one.visit_type_id == type_id]
        first, last = _days_to_look_at(visit, starts, time_off, now=now)
        schedule = load_schedule(visit, first, last, now=now)
        found[type_id] = schedule.with_booked(
            [b for b in schedule.booked if (b.provider, b.busy.start) not in gone]
        ).closing(
            spans_of(time_off, first - ONE_DAY, last + ONE_DAY, visit.tz),
            provider=time_off.provider_id,
            room=time_off.room_id,
        )
    return found


def _days_to_look_at(
    visit: Visit, starts: Iterable[datetime], time_off: TimeOff, *, now: datetime
) -> tuple[date, date]:
    days = sorted(visit.local_day(start) for start in starts)
    until = min(max(time_off.last_day, days[-1]), days[-1] + LONGEST_LOOK)
    return max(days[0] - BEFORE, visit.local_day(now)), until + AFTER


def _nearest(schedule: Schedule, visit: Appointment) -> list[tuple[int, int]]:
    """(start, provider) pairs; of several providers free at once, one."""
    wanted = int(visit.starts_at.timestamp())
    own = schedule.free_starts.get(visit.provider_id, [])
    others: dict[int, int] = {}
    for owner in sorted(schedule.free_starts, key=schedule.slugs.__getitem__):
        if owner != visit.provider_id:
            for at in schedule.free_starts[owner]:
                others.setdefault(at, owner)

    def nearest(starts: Iterable[int]) -> list[int]:
        return sorted(starts, key=lambda at: (abs(at - wanted), at))[:CHOICES]

    return [
        *((at, visit.provider_id) for at in nearest(own)),
        *((at, others[at]) for at in nearest(others)),
    ]


def _taken(schedule: Schedule, at: int, owner: int) -> Booked:
    shape = schedule.visit.shape
    return Booked(
        provider=owner,
        room=room_for(shape, at, schedule.rooms, schedule.columns[owner].opens),
        visit_type=schedule.visit.id,
        busy=Interval(*shape.busy_range(at)),
        day=schedule.visit.local_day(datetime.fromtimestamp(at, schedule.visit.tz)),
        seconds=shape.duration,
        held=False,
    )
