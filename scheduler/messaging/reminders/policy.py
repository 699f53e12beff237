"""How a visit is reminded: the rules that count for it, and what its addresses want, in one
statement."""

from collections.abc import Sequence
from datetime import time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from scheduler.clinic.reminder_rules import ways
from scheduler.core.reminder_times import ReminderRule
from scheduler.messaging.consent.agreed import Address
from scheduler.messaging.delivery.channels import is_on
from scheduler.transactions.statements import Row, fetch_planned

_GIVEN = """
    ARRAY(SELECT given.channel
            FROM unnest(%(channels)s::text[], %(addresses)s::text[]) AS given (channel, address)
           WHERE {where})
"""
_UNREACHED = _GIVEN.format(
    where="""
        EXISTS (SELECT FROM scheduler_optout AS stop
                 WHERE stop.channel = given.channel AND stop.address = given.address
                   AND stop.lifted_at IS NULL)
        OR EXISTS (SELECT FROM scheduler_badaddress AS bad
                    WHERE bad.channel = given.channel AND bad.address = given.address)
        OR EXISTS (SELECT FROM scheduler_reminderoptout AS quiet
                    WHERE quiet.channel = given.channel AND quiet.address = given.address
                      AND quiet.lifted_at IS NULL)
    """
)
_RULES = f"""
    SELECT clinic.messages_from, clinic.messages_until, clinic.time_zone,
           {_UNREACHED},
           rule.name, rule.days_before, rule.at, rule.hours_before, rule.not_before,
           rule.by_text, rule.by_mail
      FROM scheduler_clinic AS clinic, scheduler_visittype AS visit_type
      JOIN scheduler_reminderrule AS rule ON rule.active AND rule.visit_type_id
           IS NOT DISTINCT FROM CASE WHEN visit_type.own_reminders THEN visit_type.id END
     WHERE visit_type.id = %(visit_type)s
"""  # noqa: S608


class ReminderPolicy(NamedTuple):
    """`window` is the part of each day in which reminders leave, on the wall of `zone`. Of the
    channels that were agreed to, `unreached` are those by which no reminder leaves as things
    stand."""

    rules: Sequence[ReminderRule]
    window: tuple[time, time]
    zone: ZoneInfo
    unreached: frozenset[str] = frozenset()


def read_policy(visit_type_id: int, addresses: Sequence[Address]) -> ReminderPolicy | None:
    """For a visit of this type that these addresses hear of; None where none is reminded of."""
    channels = [channel for channel, _to in addresses]
    values = {
        "visit_type": visit_type_id,
        "channels": channels,
        "addresses": [to for _channel, to in addresses],
    }
    found = fetch_planned(_RULES, values)
    if not found:
        return None
    opens, closes, zone, unreached = found[0][:4]
    off = {channel for channel in channels if not is_on(channel)}
    return ReminderPolicy(
        rules=[_rule(row[4:]) for row in found],
        window=(opens, closes),
        zone=ZoneInfo(zone),
        unreached=frozenset(unreached) | off,
    )


def _rule(row: Row) -> ReminderRule:
    name, days_before, at, hours_before, not_before, by_text, by_mail = row
    return ReminderRule(
        name, days_before, at, hours_before, not_before, ways(by_text=by_text, by_mail=by_mail)
    )
