"""Load what decides over the starts of some days: three statements, then arithmetic."""

from datetime import date, datetime, timedelta

from scheduler.availability.rows import read_booked, read_hours
from scheduler.availability.schedule import Schedule
from scheduler.availability.visit_rules import Visit
from scheduler.clinic.closures import ONE_DAY, load_closures
from scheduler.core.business_days import earliest_start
from scheduler.core.intervals import Interval, merge
from scheduler.core.opening_hours import Closure, expand_closures, expand_hours
from scheduler.core.refusal import Refusal
from scheduler.core.slots import Column, RoomState
from scheduler.core.wall_clock import MIDNIGHT, instant, offsets


class UnknownProvider(Refusal):
    """No active provider with this slug sees this type of visit."""

    code = "unknown-provider"
    status = 422
    field = "provider"


def load_schedule(
    visit: Visit,
    first: date,
    last: date,
    *,
    now: datetime,
    provider: str | None = None,
    exclude_id: int | None = None,
) -> Schedule:
    """The schedule of the local days `first` to `last`, both included, as of `now`.

    `provider` narrows it to one slug (raises UnknownProvider); `exclude_id` leaves one appointment
    out, as it is being moved. Lapsed holds block nobody.
    """
    today = visit.local_day(now)
    horizon = today + timedelta(days=visit.horizon_days)
    bookable_until = min(last, horizon)
    last = max(first, bookable_until)
    hours = read_hours(visit, first, last, provider=provider)
    if provider is not None and not hours:
        raise UnknownProvider(provider)
    closures = load_closures(min(today, first), max(last, horizon))
    closed_days = closures.whole_days(today, horizon)
    booked = read_booked(visit, first, last, providers=hours, exclude_id=exclude_id, now=now)
    # A buffer may reach into the day before or after.
    around = (first - ONE_DAY, last + ONE_DAY, visit.tz)
    everywhere = expand_closures(closures.everywhere, *around)

    def closed(own: list[Closure] | None) -> list[Interval]:
        return merge([*everywhere, *expand_closures(own, *around)]) if own else everywhere

    earliest = earliest_start(
        int(now.timestamp()),
        visit.tz,
        business_days=visit.business_days_notice,
        minutes=visit.notice_minutes,
        weekdays_mask=visit.business_days,
        closed_days=closed_days,
    )
    return Schedule(
        visit=visit,
        slugs={owner: weekly.slug for owner, weekly in hours.items()},
        columns={
            owner: Column(
                opens=expand_hours(weekly.rules, first, last, visit.tz),
                closed=closed(closures.of_provider.get(owner)),
                busy=[b.busy for b in booked if b.provider == owner],
            )
            for owner, weekly in hours.items()
        },
        room_closures=[RoomState(room, closed(closures.of_room.get(room))) for room in visit.rooms],
        booked=booked,
        earliest=max(earliest, instant(first, MIDNIGHT, visit.tz)),
        latest=instant(bookable_until, MIDNIGHT, visit.tz, closing=True) - 1,
        utc_offsets=offsets(
            visit.tz,
            instant(first - ONE_DAY, MIDNIGHT, visit.tz),
            instant(last + 2 * ONE_DAY, MIDNIGHT, visit.tz),
        ),
        closed_days=closed_days,
    )
