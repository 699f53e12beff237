"""What a change of set-up would open and close, before it is saved."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db import transaction

from scheduler.availability.load_schedule import load_schedule
from scheduler.availability.visit_rules import UnknownVisitType, load_visit
from scheduler.booking.models import Appointment
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Provider, VisitType
from scheduler.core.intervals import merge
from scheduler.core.status import EXPECTED

LOOK_AHEAD = timedelta(days=27)

Slot = tuple[str, int, int]
"""(visit type's slug, provider's id, start in epoch seconds)"""


@dataclass(frozen=True, slots=True)
class Times:
    """So many starts of one visit type with one provider, the first and last of a day."""

    visit_type: str
    provider: str
    count: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class DayChange:
    """What opens and closes on a local day."""

    day: date
    opens: list[Times]
    closes: list[Times]


@dataclass(frozen=True, slots=True)
class Preview:
    """Of the next 28 days, those that change. `outside`: booked visits, however far ahead, that
    are within the hours now and would not be any more; they stay booked."""

    days: list[DayChange]
    outside: list[Appointment]


def preview_change(apply: Callable[[], object], *, now: datetime) -> Preview:
    """Apply the change, look, and take it back: nothing is written.

    What is compared is what could be booked: free starts, as patients (or staff, where only they
    book) are offered them. `apply` may raise; that passes through.
    """
    tz = current_clinic().zone
    coming = list(
        Appointment.objects.filter(status__in=EXPECTED, starts_at__gt=now)
        .select_related("visit_type", "provider", "patient")
        .order_by("starts_at")
    )
    before, inside = _free(now=now), _inside(coming, now=now)
    types, providers = _names()
    with supposing():
        apply()
        after, still = _free(now=now), _inside(coming, now=now)
        # What it is called after the change, and what is gone with it, before.
        new_types, new_providers = _names()
    names = (types | new_types, providers | new_providers)
    opens, closes = (_by_day(slots, *names, tz) for slots in (after - before, before - after))
    return Preview(
        days=[
            DayChange(day, opens.get(day, []), closes.get(day, []))
            for day in sorted({*opens, *closes})
        ],
        outside=[visit for visit in coming if visit.pk in inside - still],
    )


@contextmanager
def supposing() -> Iterator[None]:
    """What is written inside is seen inside, and taken back at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _free(*, now: datetime) -> set[Slot]:
    found: set[Slot] = set()
    for slug in VisitType.objects.filter(active=True).values_list("slug", flat=True):
        visit = load_visit(slug, staff=True)
        first = visit.local_day(now)
        schedule = load_schedule(visit, first, first + LOOK_AHEAD, now=now)
        found |= {
            (slug, owner, at) for owner, starts in schedule.free_starts.items() for at in starts
        }
    return found


def _inside(coming: list[Appointment], *, now: datetime) -> set[int]:
    """The ids of the visits that lie in hours in which such visits can be booked."""
    found: set[int] = set()
    for slug in sorted({visit.visit_type.slug for visit in coming}):
        of_type = [visit for visit in coming if visit.visit_type.slug == slug]
        try:
            visit = load_visit(slug, staff=True).for_staff()
        except UnknownVisitType:
            continue
        last = visit.local_day(of_type[-1].starts_at)
        schedule = load_schedule(visit, visit.local_day(now), last, now=now)
        opens = {
            owner: merge(interval for interval, _room in column.opens)
            for owner, column in schedule.columns.items()
        }
        found |= {
            one.pk
            for one in of_type
            if any(
                start <= one.starts_at.timestamp() and one.ends_at.timestamp() <= end
                for start, end in opens.get(one.provider_id, [])
            )
        }
    return found


def _names() -> tuple[dict[str, str], dict[int, str]]:
    return (
        dict(VisitType.objects.values_list("slug", "name")),
        dict(Provider.objects.values_list("pk", "name")),
    )


def _by_day(
    slots: set[Slot], types: Mapping[str, str], providers: Mapping[int, str], tz: ZoneInfo
) -> dict[date, list[Times]]:
    found: dict[date, list[Times]] = {}
    named = sorted(
        (start.date(), types[slug], providers[owner], start)
        for slug, owner, at in slots
        for start in [datetime.fromtimestamp(at, tz)]
    )
    for (day, visit_type, provider), group in groupby(named, key=lambda slot: slot[:3]):
        starts = [slot[3] for slot in group]
        found.setdefault(day, []).append(
            Times(visit_type, provider, len(starts), starts[0], starts[-1])
        )
    return found
