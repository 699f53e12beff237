"""Close hours for a provider, a room or the whole clinic, never over a booked visit by accident."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from scheduler.availability.rows import LONGEST_BUSY
from scheduler.booking.models import Appointment
from scheduler.clinic.closures import ONE_DAY
from scheduler.clinic.current import current_clinic
from scheduler.clinic.local_days import midnight
from scheduler.clinic.models import Provider, TimeOff
from scheduler.core.intervals import Interval
from scheduler.core.opening_hours import Closure, expand_closures
from scheduler.core.refusal import Audience, Refusal
from scheduler.core.status import LIVE
from scheduler.transactions.locks import Lock, exclusive

# What is closed for good has no day after its last.
LAST_DAY = date.max - 3 * ONE_DAY


class VisitsInTheWay(Refusal):
    """Live appointments stand in the time that would be closed."""

    code = "visits-in-the-way"
    met_by = Audience.STAFF

    def __init__(self, appointments: list[Appointment]) -> None:
        count = len(appointments)
        super().__init__(f"{count} appointments are in the way", count=count)
        self.appointments = appointments


def take_time_off(time_off: TimeOff, *, now: datetime) -> TimeOff:
    """Save new or changed time off while no booking can slip under it.

    Raises VisitsInTheWay, and saves nothing, where a coming visit stands in it: move these first.
    """
    with transaction.atomic():
        lock_hours([time_off.provider_id] if time_off.provider_id else None)
        in_the_way = visits_in_the_way(time_off, now=now)
        if in_the_way:
            raise VisitsInTheWay(in_the_way)
        time_off.save()
    return time_off


def lock_hours(providers: list[int] | None) -> None:
    """Wait for the bookings of these providers (None: of all) and keep new ones waiting."""
    ids = providers or list(Provider.objects.values_list("pk", flat=True))
    exclusive(*((Lock.PROVIDER, provider) for provider in ids))


def visits_in_the_way(time_off: TimeOff, *, now: datetime) -> list[Appointment]:
    """The coming live appointments whose busy time meets the time off, by start."""
    tz = current_clinic().zone
    first = max(time_off.first_day, now.astimezone(tz).date())
    if time_off.last_day < first:
        return []
    scope = Q()
    if time_off.provider_id:
        scope = Q(provider=time_off.provider_id)
    elif time_off.room_id:
        scope = Q(room=time_off.room_id)
    coming = list(
        Appointment.objects.filter(
            scope,
            status__in=LIVE,
            busy_end__gt=now,
            # The days alone, by the index on live visits: locks are held, and a clinic is booked
            # for months.
            busy_start__gt=midnight(first, tz) - LONGEST_BUSY,
            # What begins at night may end on the morning after.
            busy_start__lt=midnight(min(time_off.last_day, LAST_DAY) + 2 * ONE_DAY, tz),
        )
        .exclude(status="held", hold_expires_at__lte=now)
        .select_related("visit_type", "provider", "contact")
        .order_by("starts_at")
    )
    if not coming:
        return []
    last = min(time_off.last_day, max(a.busy_end for a in coming).astimezone(tz).date())
    closed = spans_of(time_off, first - ONE_DAY, last, tz)
    spans = [(datetime.fromtimestamp(a, UTC), datetime.fromtimestamp(b, UTC)) for a, b in closed]
    return [
        appointment
        for appointment in coming
        if any(
            start < appointment.busy_end and end > appointment.busy_start for start, end in spans
        )
    ]


def spans_of(time_off: TimeOff, first: date, last: date, tz: ZoneInfo) -> list[Interval]:
    """What the time off closes on the local days `first` to `last`."""
    closure = Closure(
        time_off.first_day,
        time_off.last_day,
        time_off.starts,
        time_off.ends,
        time_off.weekdays,
    )
    return expand_closures([closure], first, last, tz)
