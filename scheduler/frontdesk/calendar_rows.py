"""The rows that the staff's calendar is made of, each kind in one statement, however many there
are. Instants come as epoch seconds, UTC; days and times without a date are the clinic's.
"""

from datetime import date, datetime
from typing import Any

from django.db import connection

from scheduler.core.status import EXPECTED

Row = tuple[Any, ...]

_ZONE = "SELECT time_zone FROM scheduler_clinic"
_PROVIDERS = """
    SELECT provider.id, provider.slug, provider.name, provider.credentials, provider.active,
           provider.call_desk, delay.minutes, EXTRACT(epoch FROM delay.until)::bigint
      FROM scheduler_provider AS provider
      LEFT JOIN LATERAL (
               SELECT minutes, since, until FROM scheduler_providerdelay
                WHERE provider_id = provider.id AND since <= %(now)s
                ORDER BY since DESC LIMIT 1
           ) AS delay ON delay.until > %(now)s
     WHERE %(provider)s::text IS NULL OR provider.slug = %(provider)s
     ORDER BY provider.call_desk, provider.name, provider.id
"""
_ROOMS = "SELECT id, slug, name, active FROM scheduler_room ORDER BY name, id"
_HOURS = """
    SELECT provider_id, weekday, opens, closes, valid_from, valid_until, every_n_weeks
      FROM scheduler_weeklyhours
     WHERE (valid_from IS NULL OR valid_from <= %(last)s)
       AND (valid_until IS NULL OR valid_until >= %(first)s)
"""
_CLOSED = """
    SELECT false, provider_id, room_id, first_day, last_day, starts, ends, weekdays, reason
      FROM scheduler_timeoff WHERE last_day >= %(first)s AND first_day <= %(last)s
     UNION ALL
    SELECT true, NULL, NULL, day, day, NULL, NULL, 0, ''
      FROM scheduler_openholiday WHERE day BETWEEN %(first)s AND %(last)s
"""
# Flags add up what a badge is shown for: see FLAGS.
_VISITS = """
    SELECT visit.reference, visit.provider_id, visit.room_id,
           EXTRACT(epoch FROM visit.starts_at)::bigint, EXTRACT(epoch FROM visit.ends_at)::bigint,
           visit.status, visit.version, visit.patient_id, patient.name, type.name,
           visit.interpreter,
           CASE visit.status WHEN 'arrived'
                THEN EXTRACT(epoch FROM %(now)s - visit.arrived_at)::integer / 60 END,
           (type.audience = 'new' OR type.audience = 'everyone' AND NOT EXISTS (
                SELECT FROM scheduler_appointment AS before
                 WHERE before.patient_id = visit.patient_id
                   AND before.status IN ('arrived', 'in_room', 'completed')
                   AND before.starts_at < visit.starts_at))::integer
           + 2 * (visit.status = ANY(%(expected)s)
                  AND (NOT type.needs::text[] <@ COALESCE(ready.settled, '{}')
                       OR COALESCE(ready.waiting, false)))::integer
           + 4 * (visit.confirmed_via = 'text')::integer
           + 8 * (trouble.appointment_id IS NOT NULL)::integer
           + 16 * (visit.interpreter <> '')::integer
           + 32 * (visit.overbook_reason IS NOT NULL)::integer
           + 64 * visit.walk_in::integer
      FROM scheduler_appointment AS visit
      JOIN scheduler_visittype AS type ON type.id = visit.visit_type_id
      LEFT JOIN scheduler_patient AS patient ON patient.id = visit.patient_id
      LEFT JOIN (
               SELECT item.appointment_id,
                      array_agg(item.item::text)
                          FILTER (WHERE item.state IN ('received', 'not-needed')) AS settled,
                      bool_or(item.state IN ('needed', 'asked')) AS waiting
                 FROM scheduler_appointment AS visit
                 JOIN scheduler_readyitem AS item ON item.appointment_id = visit.id
                WHERE visit.starts_at >= %(start)s AND visit.starts_at < %(end)s
                GROUP BY item.appointment_id
           ) AS ready ON ready.appointment_id = visit.id
      LEFT JOIN (
               SELECT DISTINCT message.appointment_id, message.sequence
                 FROM scheduler_message AS message
                WHERE message.status IN ('undelivered', 'failed', 'uncertain')
                  AND message.kind <> 'code' AND message.appointment_id IS NOT NULL
                  AND NOT EXISTS (SELECT FROM scheduler_stafftask AS task
                                   WHERE task.message_id = message.id
                                     AND task.done_at IS NOT NULL)
           ) AS trouble
             ON trouble.appointment_id = visit.id AND trouble.sequence = visit.sequence
     WHERE visit.starts_at >= %(start)s AND visit.starts_at < %(end)s
       AND (visit.status IN ('booked', 'confirmed', 'arrived', 'in_room', 'completed', 'no_show')
            OR visit.status = 'held' AND visit.hold_expires_at > %(now)s)
       AND (%(provider)s::bigint IS NULL OR visit.provider_id = %(provider)s)
     ORDER BY visit.starts_at, visit.id
"""
# What the bits of a visit's flags stand for, from the lowest.
FLAGS = (
    "first-visit",
    "not-ready",
    "confirmed-by-text",
    "message-trouble",
    "interpreter",
    "overbooked",
    "walk-in",
)


def zone_name() -> str:
    found: str = _rows(_ZONE, {})[0][0]
    return found


def provider_rows(provider: str | None, *, now: datetime) -> list[Row]:
    """(id, slug, name, credentials, active, call desk, minutes late, late until) of each provider,
    or of the one; the last two are None for who is on time. The call desk comes last."""
    return _rows(_PROVIDERS, {"provider": provider, "now": now})


def room_rows() -> list[Row]:
    """(id, slug, name, active) of each room."""
    return _rows(_ROOMS, {})


def hours_rows(first: date, last: date) -> list[Row]:
    """(provider, the first six fields of a WeeklyRule) of each rule that holds between the days."""
    return _rows(_HOURS, {"first": first, "last": last})


def closed_rows(first: date, last: date) -> list[Row]:
    """(False, provider, room, the five fields of a Closure, reason) of time off between the days,
    and (True, None, None, day, day, …) of each holiday that the clinic opens on."""
    return _rows(_CLOSED, {"first": first, "last": last})


def visit_rows(start: datetime, end: datetime, *, provider: int | None, now: datetime) -> list[Row]:
    """(reference, provider, room, start, end, status, version, patient, their name, visit type,
    interpreter, minutes in the lobby, flags) of what starts between the instants.

    Canceled visits and lapsed holds are left out; a hold has no patient.
    """
    values = {"start": start, "end": end, "provider": provider, "now": now}
    return _rows(_VISITS, {**values, "expected": list(EXPECTED)})


def _rows(statement: str, values: dict[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[Row] = cursor.fetchall()
        return found
