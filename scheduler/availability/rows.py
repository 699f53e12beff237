"""The rows a schedule is made of, each kind in one statement.

Written as SQL: on the way of every search and every booking, building the same query anew costs
more than answering it. Instants come as epoch seconds, UTC; days are the clinic's.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from scheduler.availability.schedule import Booked
from scheduler.availability.visit_rules import Visit
from scheduler.core.intervals import Interval
from scheduler.core.opening_hours import ONE_DAY, WeeklyRule
from scheduler.core.status import LIVE
from scheduler.core.wall_clock import MIDNIGHT
from scheduler.transactions.statements import fetch_planned

# The longest visit with the longest buffers stays under this (see the models' validators), so
# what is busy after an instant starts at most this long before it: an index range, not a scan.
LONGEST_BUSY = timedelta(hours=24)

_HOURS = """
    SELECT provider.id, provider.slug, hours.weekday, hours.opens, hours.closes, hours.valid_from,
           hours.valid_until, hours.every_n_weeks, hours.room_id
      FROM scheduler_provider AS provider
      JOIN scheduler_provider_visit_types AS offers
        ON offers.provider_id = provider.id AND offers.visittype_id = %(visit_type)s
      LEFT JOIN scheduler_weeklyhours AS hours
        ON hours.provider_id = provider.id
       AND (hours.valid_from IS NULL OR hours.valid_from <= %(last)s)
       AND (hours.valid_until IS NULL OR hours.valid_until >= %(first)s)
       AND (NOT EXISTS (SELECT FROM scheduler_weeklyhours_visit_types AS named
                         WHERE named.weeklyhours_id = hours.id)
            OR EXISTS (SELECT FROM scheduler_weeklyhours_visit_types AS named
                        WHERE named.weeklyhours_id = hours.id
                          AND named.visittype_id = %(visit_type)s))
     WHERE provider.active AND provider.id = ANY(%(among)s)
       AND (%(provider)s::text IS NULL OR provider.slug = %(provider)s)
     ORDER BY provider.id, hours.id
"""
# The states are written out, so that the index of live visits is seen to hold them all.
_BOOKED = f"""
    SELECT provider_id, room_id, visit_type_id,
           EXTRACT(epoch FROM busy_start)::bigint, EXTRACT(epoch FROM busy_end)::bigint,
           (starts_at AT TIME ZONE %(zone)s)::date,
           EXTRACT(epoch FROM ends_at - starts_at)::integer,
           status = 'held' AND created_by = 'patient'
      FROM scheduler_appointment
     WHERE status IN ({", ".join(f"'{status}'" for status in sorted(LIVE))})
       AND busy_start > %(start)s AND busy_start < %(end)s
       AND (provider_id = ANY(%(providers)s) OR room_id = ANY(%(rooms)s))
       AND (status <> 'held' OR hold_expires_at > %(now)s)
       AND id IS DISTINCT FROM %(exclude_id)s
     ORDER BY busy_start
"""  # noqa: S608 - our own words only


class Hours(NamedTuple):
    """A provider's short name and weekly hours."""

    slug: str
    rules: list[WeeklyRule]


def read_hours(
    visit: Visit, first: date, last: date, *, provider: str | None = None
) -> dict[int, Hours]:
    """Provider id to the hours for such visits that hold on some of these days, which may be none.

    Of the providers of `visit` who are active still, or of the one with the slug `provider`.
    """
    values = {
        "visit_type": visit.id,
        "first": first,
        "last": last,
        "among": list(visit.providers.values()),
        "provider": provider,
    }
    by_provider = groupby(fetch_planned(_HOURS, values), key=itemgetter(0, 1))
    return {
        # Who has no such hours has one row, with nothing of a rule in it.
        owner: Hours(slug, [WeeklyRule(*row[2:]) for row in rows if row[2] is not None])
        for (owner, slug), rows in by_provider
    }


def read_booked(
    visit: Visit,
    first: date,
    last: date,
    *,
    providers: Collection[int],
    exclude_id: int | None,
    now: datetime,
) -> list[Booked]:
    """What is live with one of these providers, or in a room of such visits, and may reach into
    these days; by its busy start. Lapsed holds are left out, and so is the appointment
    `exclude_id`."""
    values = {
        "start": datetime.combine(first, MIDNIGHT, visit.tz) - LONGEST_BUSY,
        "end": datetime.combine(last + ONE_DAY, MIDNIGHT, visit.tz) + LONGEST_BUSY,
        "zone": visit.tz.key,
        "providers": list(providers),
        "rooms": list(visit.rooms),
        "exclude_id": exclude_id,
        "now": now,
    }
    rows = fetch_planned(_BOOKED, values)
    return [
        Booked(provider, room, visit_type, Interval(busy_start, busy_end), day, seconds, held)
        for provider, room, visit_type, busy_start, busy_end, day, seconds, held in rows
    ]
