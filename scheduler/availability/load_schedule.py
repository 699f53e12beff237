"""Load what decides over the starts of some days: three statements, then arithmetic."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from scheduler.availability.rows import booked_rows, hours_rows
from scheduler.availability.schedule import MIDNIGHT, Booked, Schedule, _with_visits
from scheduler.availability.visit_rules import Visit
from scheduler.clinic.closures import ONE_DAY, load_closures
from scheduler.core.business_days import earliest_start
from scheduler.core.intervals import Interval, merge
from scheduler.core.opening_hours import Closure, WeeklyRule, expand_closures, expand_hours
from scheduler.core.refusal import Refusal
from scheduler.core.slots import Column, RoomState
from scheduler.core.wall_clock import instant, offsets
from scheduler.transactions.statements import Row

# The longest visit with the longest buffers stays under this (see the models' validators), so
# what is busy after an instant starts at most this long before it: an index range, not a scan.
LONGEST_BUSY = timedelta(hours=24)


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
    hours = hours_rows(visit.id, first, last, among=visit.providers.values(), provider=provider)
    if provider is not None and not hours:
        raise UnknownProvider(provider)
    slugs = {row[0]: row[1] for row in hours}
    closures = load_closures(min(today, first), max(last, horizon))
    closed_days = closures.whole_days(today, horizon)
    booked = _booked(visit, first, last, slugs, now=now, exclude_id=exclude_id)
    # A buffer may reach into the day before or after.
    around = (first - ONE_DAY, last + ONE_DAY, visit.tz)
    everywhere = expand_closures(closures.everywhere, *around)

    def closed(own: list[Closure] | None) -> list[Interval]:
        return merge([*everywhere, *expand_closures(own, *around)]) if own else everywhere

    room_closures = [RoomState(room, closed(closures.of_room.get(room))) for room in visit.rooms]
    return Schedule(
        visit=visit,
        slugs=slugs,
        columns={
            owner: Column(
                opens=expand_hours(_rules(hours, owner), first, last, visit.tz),
                closed=closed(closures.of_provider.get(owner)),
                busy=[b.busy for b in booked if b.provider == owner],
            )
            for owner in slugs
        },
        rooms=_with_visits(room_closures, booked),
        room_closures=room_closures,
        booked=booked,
        earliest=max(
            _earliest(visit, now, closed_days),
            instant(first, MIDNIGHT, visit.tz),
        ),
        latest=instant(bookable_until, MIDNIGHT, visit.tz, closing=True) - 1,
        utc_offsets=offsets(
            visit.tz,
            instant(first - ONE_DAY, MIDNIGHT, visit.tz),
            instant(last + 2 * ONE_DAY, MIDNIGHT, visit.tz),
        ),
        closed_days=frozenset(closed_days),
    )


def _earliest(visit: Visit, now: datetime, closed_days: Collection[date]) -> int:
    return earliest_start(
        int(now.timestamp()),
        visit.tz,
        business_days=visit.business_days_notice,
        minutes=visit.notice_minutes,
        weekdays_mask=visit.business_days,
        closed_days=closed_days,
    )


def _rules(hours: Iterable[Row], provider: int) -> list[WeeklyRule]:
    return [WeeklyRule(*row[2:]) for row in hours if row[0] == provider and row[2] is not None]


def _booked(
    visit: Visit,
    first: date,
    last: date,
    providers: Collection[int],
    *,
    now: datetime,
    exclude_id: int | None,
) -> list[Booked]:
    rows = booked_rows(
        datetime.combine(first, MIDNIGHT, visit.tz) - LONGEST_BUSY,
        datetime.combine(last + ONE_DAY, MIDNIGHT, visit.tz) + LONGEST_BUSY,
        zone=visit.tz,
        providers=providers,
        rooms=visit.rooms,
        exclude_id=exclude_id,
        now=now,
    )
    return [
        Booked(provider, room, visit_type, Interval(busy_start, busy_end), day, seconds, held)
        for provider, room, visit_type, busy_start, busy_end, day, seconds, held in rows
    ]
