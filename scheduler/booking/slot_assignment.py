"""Find the provider and the room of a wanted start, under the locks that keep both true."""

from datetime import datetime, timedelta
from enum import Enum

from django.db import connection

from scheduler.availability.load_schedule import load_schedule
from scheduler.availability.rows import LONGEST_BUSY
from scheduler.availability.schedule import Schedule, SlotAssignment
from scheduler.availability.visit_rules import Visit
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import Alternative, NotOffered, SlotTaken
from scheduler.core.status import LIVE
from scheduler.transactions.statements import fetch_rows, planned_cursor

# What is live and might stand in a row's way: of its patient, or a hold that ran out.
_IN_THE_WAY = f"""
    SELECT coalesce(bool_or(patient_id = %(patient)s AND status <> 'held'
                            AND starts_at < %(ends_at)s AND ends_at > %(starts_at)s), false),
           coalesce(bool_or(status = 'held' AND hold_expires_at <= %(now)s
                            AND (provider_id = %(provider)s OR room_id = %(room)s)), false)
      FROM scheduler_appointment
     WHERE status IN ({", ".join(f"'{status}'" for status in sorted(LIVE))})
       AND busy_start > %(busy_start)s - %(longest)s AND busy_start < %(busy_end)s
       AND busy_end > %(busy_start)s
"""  # noqa: S608 - our own words only


class InTheWay(Enum):
    """What a constraint held against a row."""

    PATIENT = "the patient's other visit"
    LAPSED_HOLD = "a hold that ran out"
    OTHER = "a visit of the provider or in the room"


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
        raise SlotTaken([])
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


def insert_unless_taken(appointment: Appointment, *, now: datetime) -> InTheWay | None:
    """Insert the row unless a constraint stands against it; then what that is about.

    `ON CONFLICT DO NOTHING` waits for a rival instead of deadlocking with it, as a plain INSERT
    under exclusion constraints does.
    """
    fields = [field for field in appointment._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = [
        field.get_db_prep_save(field.pre_save(appointment, add=True), connection)
        for field in fields
    ]
    with planned_cursor() as cursor:
        cursor.execute(
            f"INSERT INTO scheduler_appointment ({columns}) "  # noqa: S608 - names of our columns
            f"VALUES ({', '.join(['%s'] * len(fields))}) ON CONFLICT DO NOTHING RETURNING id",
            values,
        )
        row = cursor.fetchone()
    if row is None:
        return in_the_way(appointment, now=now)
    appointment.pk = row[0]
    appointment._state.adding = False
    return None


def in_the_way(appointment: Appointment, *, now: datetime) -> InTheWay:
    """Which constraint a row that could not be written has against it."""
    ((patient, lapsed_hold),) = fetch_rows(
        _IN_THE_WAY,
        {
            "patient": appointment.patient_id,
            "provider": appointment.provider_id,
            "room": appointment.room_id,
            "starts_at": appointment.starts_at,
            "ends_at": appointment.ends_at,
            "busy_start": appointment.busy_start,
            "busy_end": appointment.busy_end,
            "longest": LONGEST_BUSY,
            "now": now,
        },
    )
    if patient:
        return InTheWay.PATIENT
    return InTheWay.LAPSED_HOLD if lapsed_hold else InTheWay.OTHER
