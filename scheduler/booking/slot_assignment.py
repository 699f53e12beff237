"""Find the provider and the room of a wanted start, under the locks that keep both true."""

from datetime import datetime, timedelta

from scheduler.availability.load_schedule import load_schedule
from scheduler.availability.schedule import Schedule, SlotAssignment
from scheduler.availability.visit_rules import Visit
from scheduler.booking.refusals import Alternative, NotOffered, SlotTaken


def assign_slot(
    visit: Visit,
    start: datetime,
    *,
    provider: str | None,
    now: datetime,
    exclude_id: int | None = None,
    preferred_provider: int | None = None,
    overbook: bool = False,
) -> tuple[SlotAssignment, Schedule]:
    """Who and where, for a start that all rules allow, and the schedule of its day which says so.
    Call it with the locks held.

    `preferred_provider` is a provider to stay with if possible; `overbook` puts the visit on top of
    others, or outside the hours, where there is no other way. Raises UnknownProvider, NotOffered,
    and SlotTaken without alternatives (looking for them is not worth holding the locks).
    """
    day = visit.local_day(start)
    schedule = load_schedule(visit, day, day, now=now, provider=provider, exclude_id=exclude_id)
    if start.microsecond:
        raise NotOffered("grid")
    found = schedule.assign(
        int(start.timestamp()),
        day,
        now=int(now.timestamp()),
        preferred_provider=preferred_provider,
        overbook=overbook,
    )
    if found == "taken":
        raise SlotTaken
    if isinstance(found, str):
        raise NotOffered(found)
    return found, schedule


def nearest(
    visit: Visit, start: datetime, *, provider: str | None, now: datetime, count: int = 5
) -> list[Alternative]:
    """The free starts nearest to a wanted one, sorted; with any provider if the wanted has none."""
    first = max(visit.local_day(start) - timedelta(days=7), visit.local_day(now))
    last = first + timedelta(days=21)
    schedule = load_schedule(visit, first, last, now=now, provider=provider)
    if provider is not None and not any(schedule.free_starts.values()):
        schedule = load_schedule(visit, first, last, now=now)
    wanted = int(start.timestamp())
    # One for each start: three providers at one time are no choice of times.
    free: dict[int, int] = {}
    for owner in sorted(schedule.free_starts, key=schedule.slugs.__getitem__):
        for at in schedule.free_starts[owner]:
            free.setdefault(at, owner)
    found = sorted(free.items(), key=lambda slot: (abs(slot[0] - wanted), slot))
    return [
        Alternative(
            datetime.fromtimestamp(at, visit.tz),
            datetime.fromtimestamp(at + visit.shape.duration, visit.tz),
            schedule.slugs[owner],
        )
        for at, owner in sorted(found[:count])
    ]
