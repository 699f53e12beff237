"""The clinic's numbers: what came of visits, of messages, of freed times. Counted by PostgreSQL.

Days are the clinic's local ones. Visits on the call desk are no visits here.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from scheduler.clinic.models import Clinic
from scheduler.core.status import PATIENT_LIVE

# Days from booking to the visit, each group up to and with its last day.
LEADS = (("0 to 1 day", 1), ("2 to 7 days", 7), ("8 to 14 days", 14), ("15 to 30 days", 30))
LONGEST_LEAD = "more than 30 days"

_VISITS = """
    WITH visits AS (
        SELECT a.status,
               a.status = 'cancelled' AND a.changed_late AS late,
               date_trunc('week', a.starts_at AT TIME ZONE %(zone)s)::date AS week,
               provider.name AS provider, type.name AS type,
               (a.starts_at AT TIME ZONE %(zone)s)::date
                 - (a.created_at AT TIME ZONE %(zone)s)::date AS lead
          FROM scheduler_appointment AS a
          JOIN scheduler_provider AS provider ON provider.id = a.provider_id
          JOIN scheduler_visittype AS type ON type.id = a.visit_type_id
         WHERE a.status IN ('completed', 'no_show', 'cancelled') AND NOT provider.call_desk
           AND a.starts_at >= %(start)s AND a.starts_at < %(end)s
    ), grouped AS (
        SELECT *, width_bucket(lead, %(leads)s) AS lead_group FROM visits
    )
    SELECT GROUPING(week, provider, type, lead_group), week, provider, type, lead_group,
           count(*) FILTER (WHERE status = 'completed'),
           count(*) FILTER (WHERE status = 'no_show'),
           count(*) FILTER (WHERE status = 'cancelled'),
           count(*) FILTER (WHERE late)
      FROM grouped
     GROUP BY GROUPING SETS ((), (week), (provider), (type), (lead_group))
     ORDER BY 1, week, provider, type, lead_group
"""
# GROUPING's bits, the leftmost column the highest; a bit is set where the column is summed up.
_GROUPS = {0b0111: "week", 0b1011: "provider", 0b1101: "visit type", 0b1110: "lead time"}
_EVERYTHING = 0b1111

_REMINDERS = """
    SELECT m.channel, count(*),
           count(*) FILTER (WHERE m.status = 'delivered'),
           count(DISTINCT a.id),
           count(DISTINCT a.id) FILTER (WHERE a.confirmed_at >= m.accepted_at
                                          AND a.confirmed_via IN ('text', 'link'))
      FROM scheduler_message AS m
      JOIN scheduler_appointment AS a ON a.id = m.appointment_id
     WHERE m.kind LIKE 'reminder-%%' AND m.accepted_at IS NOT NULL
       AND a.starts_at >= %(start)s AND a.starts_at < %(end)s
     GROUP BY GROUPING SETS ((m.channel), ())
     ORDER BY m.channel NULLS LAST
"""

_REFILLED = """
    SELECT count(*),
           count(*) FILTER (WHERE EXISTS (
               SELECT FROM scheduler_appointment AS other
                WHERE other.provider_id = a.provider_id AND other.id <> a.id
                  AND other.status = ANY(%(taken)s) AND other.overbook_reason IS NULL
                  AND other.starts_at < a.ends_at AND other.ends_at > a.starts_at))
      FROM scheduler_appointment AS a
      JOIN scheduler_provider AS provider ON provider.id = a.provider_id
     WHERE a.status = 'cancelled' AND NOT provider.call_desk
       AND a.starts_at >= %(start)s AND a.starts_at < %(end)s
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the visits of one group. `name` is the group's: a date for weeks."""

    name: str
    kept: int
    missed: int
    cancelled: int
    late: int

    @property
    def share_missed(self) -> float | None:
        """Missed ÷ (kept + missed), between 0 and 1; None where there was none of either."""
        due = self.kept + self.missed
        return self.missed / due if due else None


@dataclass(frozen=True, slots=True)
class Reminders:
    """Of one channel ("" for all): texts or mails `sent` and `delivered` (mail tells of no
    delivery), visits `reminded`, and those that their patients `answered` for afterwards."""

    channel: str
    sent: int
    delivered: int
    reminded: int
    answered: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """`groups`: "week", "provider", "visit type" and "lead time" to the outcomes of each.
    `freed` visits were canceled, and the time of `refilled` ones was taken by somebody else."""

    total: Outcome
    groups: dict[str, list[Outcome]]
    reminders: list[Reminders]
    freed: int
    refilled: int


def numbers(clinic: Clinic, start: datetime, end: datetime) -> Numbers:
    """What came of the visits that began from `start` up to, but without, `end`. Three queries."""
    values = {
        "zone": clinic.time_zone,
        "start": start,
        "end": end,
        "leads": [last + 1 for _name, last in LEADS],
        "taken": [*PATIENT_LIVE, "completed", "no_show"],
    }
    total = Outcome("all", 0, 0, 0, 0)
    groups: dict[str, list[Outcome]] = {name: [] for name in _GROUPS.values()}
    for grouping, week, provider, visit_type, lead, *counts in _rows(_VISITS, values):
        if grouping == _EVERYTHING:
            total = Outcome("all", *counts)
        else:
            name = _name(_GROUPS[grouping], week, provider, visit_type, lead)
            groups[_GROUPS[grouping]].append(Outcome(name, *counts))
    freed, refilled = _rows(_REFILLED, values)[0]
    return Numbers(
        total=total,
        groups=groups,
        reminders=[
            Reminders(channel or "", *counts)
            for channel, *counts in _rows(_REMINDERS, values)
            if counts[0]
        ],
        freed=freed,
        refilled=refilled,
    )


def _name(group: str, week: date, provider: str, visit_type: str, lead: int) -> str:
    if group == "week":
        return week.isoformat()
    if group == "lead time":
        return LEADS[lead][0] if lead < len(LEADS) else LONGEST_LEAD
    return provider if group == "provider" else visit_type


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
