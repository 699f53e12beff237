"""The rows that the staff's calendar is made of, each kind in one statement, however many there
are. Instants come as epoch seconds, UTC.
"""

from datetime import datetime

from scheduler.core.status import EXPECTED
from scheduler.transactions.statements import Row, fetch_rows

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
    found: str = fetch_rows(_ZONE, {})[0][0]
    return found


def provider_rows(provider: str | None, *, now: datetime) -> list[Row]:
    """(id, slug, name, credentials, active, call desk, minutes late, late until) of each provider,
    or of the one; the last two are None for who is on time. The call desk comes last."""
    return fetch_rows(_PROVIDERS, {"provider": provider, "now": now})


def room_rows() -> list[Row]:
    """(id, slug, name, active) of each room."""
    return fetch_rows(_ROOMS, {})


def visit_rows(start: datetime, end: datetime, *, provider: int | None, now: datetime) -> list[Row]:
    """(reference, provider, room, start, end, status, version, patient, their name, visit type,
    interpreter, minutes in the lobby, flags) of what starts between the instants.

    Canceled visits and lapsed holds are left out; a hold has no patient.
    """
    values = {"start": start, "end": end, "provider": provider, "now": now}
    return fetch_rows(_VISITS, {**values, "expected": list(EXPECTED)})
