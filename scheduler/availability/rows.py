"""The rows a schedule is made of, each kind in one statement.

Written as SQL: on the way of every search and every booking, building the same query anew costs
more than answering it. Instants come as epoch seconds, UTC; days are the clinic's.
"""

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from scheduler.core.status import LIVE
from scheduler.transactions.statements import Row, fetch_planned

_VISIT = """
    SELECT type.id, type.slug, type.duration_minutes, type.buffer_before_minutes,
           type.buffer_after_minutes, type.grid_minutes, type.notice_business_days,
           type.notice_minutes, type.horizon_days, type.daily_cap, type.move_cutoff_minutes,
           clinic.time_zone, clinic.business_days,
           ARRAY(SELECT used.room_id
                   FROM scheduler_visittyperoom AS used
                   JOIN scheduler_room AS room ON room.id = used.room_id AND room.active
                  WHERE used.visit_type_id = type.id
                  ORDER BY used.position, used.id),
           type.by_phone,
           ARRAY(SELECT provider.slug
                   FROM scheduler_provider AS provider
                   JOIN scheduler_provider_visit_types AS offers
                     ON offers.provider_id = provider.id AND offers.visittype_id = type.id
                  WHERE provider.active ORDER BY provider.id),
           ARRAY(SELECT provider.id
                   FROM scheduler_provider AS provider
                   JOIN scheduler_provider_visit_types AS offers
                     ON offers.provider_id = provider.id AND offers.visittype_id = type.id
                  WHERE provider.active ORDER BY provider.id)
      FROM scheduler_visittype AS type, scheduler_clinic AS clinic
     WHERE (type.slug = %(slug)s OR type.id = %(pk)s) AND (type.active OR %(retired)s)
       AND (type.booking = 'online' OR %(staff)s)
"""
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
_PROVIDERS = """
    SELECT provider.slug, provider.name, provider.credentials
      FROM scheduler_provider AS provider
      JOIN scheduler_provider_visit_types AS offers
        ON offers.provider_id = provider.id AND offers.visittype_id = %(visit_type)s
     WHERE provider.active
     ORDER BY provider.slug
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


def visit_row(
    slug: str | None, pk: int | None = None, *, staff: bool, retired: bool = False
) -> Row | None:
    """By its slug or its id, an active visit type: id, slug, times in minutes and days, the
    clinic's zone and business days, the ids of its rooms in their order, whether it is a call, and
    the slugs and ids of who sees such visits. None where patients, or staff, can't book it; one
    that is no longer booked is found with `retired`."""
    found = fetch_planned(_VISIT, {"slug": slug, "pk": pk, "staff": staff, "retired": retired})
    return found[0] if found else None


def hours_rows(
    visit_type: int, first: date, last: date, *, among: Collection[int], provider: str | None
) -> list[Row]:
    """(provider, slug, the seven fields of a WeeklyRule) of each rule for visits of this type.

    Of the providers `among` whom it is looked for, or of the one with the slug `provider`. Who has
    no such hours has one row, all of it None but the first two.
    """
    values = {
        "visit_type": visit_type,
        "first": first,
        "last": last,
        "among": list(among),
        "provider": provider,
    }
    return fetch_planned(_HOURS, values)


def provider_rows(visit_type: int) -> list[Row]:
    """(slug, name, credentials) of each provider who sees visits of this type, by slug."""
    return fetch_planned(_PROVIDERS, {"visit_type": visit_type})


def booked_rows(
    start: datetime,
    end: datetime,
    *,
    zone: ZoneInfo,
    providers: Collection[int],
    rooms: Collection[int],
    exclude_id: int | None,
    now: datetime,
) -> list[Row]:
    """(provider, room, visit type, busy start, busy end, day, seconds, held by a patient) of what
    is live with one of these providers or rooms and busy from an instant between `start` and `end`
    on. Lapsed holds are left out, and so is the appointment `exclude_id`."""
    values = {
        "start": start,
        "end": end,
        "zone": zone.key,
        "providers": list(providers),
        "rooms": list(rooms),
        "exclude_id": exclude_id,
        "now": now,
    }
    return fetch_planned(_BOOKED, values)
