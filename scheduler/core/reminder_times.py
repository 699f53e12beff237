"""When to remind a patient: rules in the clinic's wall-clock time become due times.

Instants are epoch seconds, UTC; hours of the day are local to the clinic's clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from itertools import pairwise

from scheduler.core.quiet_hours import Clock, binding, moved_back, next_suiting, suits
from scheduler.core.wall_clock import instant, local_day, local_time

HOUR = 3600
DAYTIME = (time(9), time(19))

# A reminder that comes later than this before the visit is of no use.
LAST_USE = HOUR // 2

# What is moved to the end of suiting hours falls due this long before it, to leave inside them.
ROOM_TO_SEND = 15 * 60

# Who books this long ahead is reminded at least once, whatever the rules leave out.
REMINDED_FROM = 24 * HOUR
AT_LEAST_ONE = "at-least-one"
_EVENING = time(18)
_CLEAR_OF_CONFIRMATION = 4 * HOUR
_TIME_TO_SET_OUT = 2 * HOUR


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """A reminder: at the local time `at`, `days_before` the visit's day, or `hours_before` it.

    `days_before` counts calendar days. A reminder whose time falls before `not_before` on its day
    is left out. `by` names the ways it goes, as far as they are agreed to. Raises ValueError unless
    either days or hours are given, whole.
    """

    name: str
    days_before: int | None = None
    at: time | None = None
    hours_before: int | None = None
    not_before: time | None = None
    by: frozenset[str] = frozenset({"sms", "email"})

    def __post_init__(self) -> None:
        by_days = self.days_before is not None and self.at is not None
        by_hours = self.hours_before is not None
        partly = (self.days_before is None) != (self.at is None)
        if by_days == by_hours or partly:
            raise ValueError("a reminder is due either days before, at a time, or hours before")


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """A reminder's `due` time, and `expires`: from then on it is too late to be of use."""

    name: str
    due: int
    expires: int


DEFAULT_RULES = (
    ReminderRule("3-days", days_before=3, at=time(10)),
    ReminderRule("1-day", days_before=1, at=time(10)),
    ReminderRule("2-hours", hours_before=2, not_before=time(9)),
)


def plan(
    rules: Sequence[ReminderRule],
    *,
    start: int,
    now: int,
    clinic: Clock,
    recipient: Sequence[Clock] = (),
    quiet_after_confirmation: int = 20 * HOUR,
    at_least_one: bool = True,
) -> list[PlannedReminder]:
    """The reminders of a visit at `start` whose confirmation leaves at `now`, sorted by due time.

    Rules are read on the clinic's clock; what would fall outside its hours moves to their end
    before that. What then doesn't suit the recipient's clocks, as far as they are `binding`, moves
    to later that day, else to before it; what is due less than a day ahead is left out. So is what
    would be due less than `quiet_after_confirmation` seconds after `now`, and of two that would be
    due together the rule that comes later. Where that leaves out every rule, a visit that is 24
    hours ahead or more gets one reminder at another hour, AT_LEAST_ONE, unless told otherwise. Each
    expires when the next is due, the last one half an hour before the visit.
    """
    last_use = start - LAST_USE
    soonest = max(now + quiet_after_confirmation, now + 1)
    names: dict[int, str] = {}
    for rule in rules:
        due = _due(rule, start, clinic, recipient)
        if due is not None and soonest <= due < last_use:
            names.setdefault(due, rule.name)
    if at_least_one and rules and not names and start - now >= REMINDED_FROM:
        due = _at_least_one(start, now, clinic, recipient)
        if due is not None:
            names[due] = AT_LEAST_ONE
    dues = [*sorted(names), last_use]
    return [PlannedReminder(names[due], due, expires) for due, expires in pairwise(dues)]


def plan_by_way(
    rules: Sequence[ReminderRule],
    *,
    ways: Mapping[str, bool],
    start: int,
    now: int,
    clinic: Clock,
    recipient: Mapping[str, Sequence[Clock]] | None = None,
) -> dict[str, list[PlannedReminder]]:
    """What `plan` makes of the rules for each way, of which `ways` says whether it reaches them.

    `recipient` has the clocks of who is reached, by way. Where that leaves somebody with no
    reminder by any way that reaches them, because no rule goes their way or all come too soon, all
    rules go by each of these ways, and at least one does. Where no way reaches them, all count as
    if they did: it may be otherwise by then.
    """
    clocks = recipient or {}
    reaching = [way for way, reaches in ways.items() if reaches] or list(ways)
    found = {
        way: plan(
            [rule for rule in rules if way in rule.by],
            start=start,
            now=now,
            clinic=clinic,
            recipient=clocks.get(way, ()),
            at_least_one=False,
        )
        for way in ways
    }
    if not any(found[way] for way in reaching):
        for way in reaching:
            theirs = clocks.get(way, ())
            found[way] = plan(rules, start=start, now=now, clinic=clinic, recipient=theirs)
    return found


def _at_least_one(start: int, now: int, clinic: Clock, recipient: Sequence[Clock]) -> int | None:
    """The latest suiting moment by the evening before, if that is clear of the confirmation; else
    the latest that leaves time to set out; None where no such moment is left."""
    evening = instant(local_day(start, clinic.tz) - timedelta(days=1), _EVENING, clinic.tz)
    due = _moved_back(evening, clinic, recipient)
    if due is not None and due >= now + _CLEAR_OF_CONFIRMATION:
        return due
    due = _moved_back(start - _TIME_TO_SET_OUT, clinic, recipient)
    return due if due is not None and due > now else None


def _due(rule: ReminderRule, start: int, clinic: Clock, recipient: Sequence[Clock]) -> int | None:
    tz = clinic.tz
    if rule.days_before is not None and rule.at is not None:
        due = instant(local_day(start, tz) - timedelta(days=rule.days_before), rule.at, tz)
    else:
        due = start - (rule.hours_before or 0) * HOUR
    if rule.not_before is not None and local_time(due, tz) < rule.not_before:
        return None
    meant = _moved_back(due, clinic, ())
    if meant is None or not recipient:
        return meant
    clocks = binding(meant, clinic, recipient)
    if suits(meant, clocks):
        return meant
    if rule.hours_before is not None and rule.hours_before * HOUR < REMINDED_FROM:
        return None
    later = next_suiting(meant, clocks)
    if local_day(later, tz) == local_day(meant, tz):
        return later
    return _moved_back(meant, clinic, recipient)


def _moved_back(due: int, clinic: Clock, recipient: Sequence[Clock]) -> int | None:
    return moved_back(due, binding(due, clinic, recipient), room=ROOM_TO_SEND)
