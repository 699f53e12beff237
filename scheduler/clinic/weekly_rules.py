"""Who works when, read once for whoever looks at the whole clinic. What one visit type can be
booked in is narrower: `scheduler.availability`."""

from datetime import date, time
from typing import NamedTuple

from scheduler.core.opening_hours import WeeklyRule
from scheduler.transactions.statements import fetch_rows

_HOURS = """
    SELECT hours.provider_id, provider.active, provider.call_desk,
           hours.weekday, hours.opens, hours.closes, hours.valid_from, hours.valid_until,
           hours.every_n_weeks, hours.room_id
      FROM scheduler_weeklyhours AS hours
      JOIN scheduler_provider AS provider ON provider.id = hours.provider_id
     WHERE (hours.valid_from IS NULL OR hours.valid_from <= %(last)s)
       AND (hours.valid_until IS NULL OR hours.valid_until >= %(first)s)
"""


class WorkingHours(NamedTuple):
    """One rule, whose provider is `active` or left, and may be the call desk."""

    provider: int
    active: bool
    call_desk: bool
    rule: WeeklyRule


def working_hours(first: date, last: date) -> list[WorkingHours]:
    """Every rule that is valid on some of the local days from `first` to `last`. One query."""
    return [
        WorkingHours(provider, active, call_desk, WeeklyRule(*rule))
        for provider, active, call_desk, *rule in fetch_rows(_HOURS, {"first": first, "last": last})
    ]


def usual_week(day: date) -> dict[int, tuple[time, time]]:
    """Weekday to the earliest opening and the latest closing of whoever works in the clinic then,
    by the rules valid on `day`; hours of only every second week or less are not the usual week."""
    found: dict[int, tuple[time, time]] = {}
    for hours in working_hours(day, day):
        rule = hours.rule
        if hours.active and rule.every_n_weeks == 1:
            opens, closes = found.get(rule.weekday, (rule.opens, rule.closes))
            found[rule.weekday] = min(opens, rule.opens), max(closes, rule.closes)
    return dict(sorted(found.items()))
