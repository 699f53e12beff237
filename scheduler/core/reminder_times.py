"""When to remind a patient: rules in the clinic's wall-clock time become due times.

Instants are epoch seconds, UTC; hours of the day are local to the zone that is given. A window is
the part of each day, from its first moment up to but without its last, in which messages may leave
by themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from scheduler.core.wall_clock import instant, local_day, local_time

HOUR = 3600
DAYTIME = (time(9), time(19))

# A reminder that comes later than this before the visit is of no use.
LAST_USE = HOUR // 2

# What is moved to the end of a window falls due this long before it, so that it leaves inside it.
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
    tz: ZoneInfo,
    window: tuple[time, time] = DAYTIME,
    quiet_after_confirmation: int = 20 * HOUR,
    at_least_one: bool = True,
) -> list[PlannedReminder]:
    """The reminders of a visit at `start` whose confirmation leaves at `now`, sorted by due time.

    Each is due inside the window: what would fall outside moves to the window's end before it. One
    that would be due less than `quiet_after_confirmation` seconds after `now` is left out, and of
    two that would be due together the rule that comes later. Where that leaves out every rule, a
    visit that is 24 hours ahead or more gets one reminder at another hour, AT_LEAST_ONE, unless
    told otherwise. A reminder expires when the next is due, the last one half an hour before the
    visit.
    """
    last_use = start - LAST_USE
    soonest = max(now + quiet_after_confirmation, now + 1)
    names: dict[int, str] = {}
    for rule in rules:
        due = _due(rule, start, tz, window)
        if due is not None and soonest <= due < last_use:
            names.setdefault(due, rule.name)
    if at_least_one and rules and not names and start - now >= REMINDED_FROM:
        due = _at_least_one(start, now, tz, window)
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
    tz: ZoneInfo,
    window: tuple[time, time] = DAYTIME,
) -> dict[str, list[PlannedReminder]]:
    """What `plan` makes of the rules for each way, of which `ways` says whether it reaches them.

    Where that leaves somebody with no reminder by any way that reaches them, because no rule goes
    their way or all come too soon, all rules go by each of these ways, and at least one does.
    Where no way reaches them, all count as if they did: it may be otherwise by then.
    """
    reaching = [way for way, reaches in ways.items() if reaches] or list(ways)
    found = {
        way: plan(
            [rule for rule in rules if way in rule.by],
            start=start,
            now=now,
            tz=tz,
            window=window,
            at_least_one=False,
        )
        for way in ways
    }
    if not any(found[way] for way in reaching):
        anyway = plan(rules, start=start, now=now, tz=tz, window=window)
        found |= dict.fromkeys(reaching, anyway)
    return found


def _at_least_one(start: int, now: int, tz: ZoneInfo, window: tuple[time, time]) -> int | None:
    """The latest moment of the window by the evening before, if that is clear of the confirmation;
    else the latest that leaves time to set out; None where the window has no such moment."""
    evening = instant(local_day(start, tz) - timedelta(days=1), _EVENING, tz)
    due = _moved_into(evening, tz, *window)
    if due >= now + _CLEAR_OF_CONFIRMATION:
        return due
    due = _moved_into(start - _TIME_TO_SET_OUT, tz, *window)
    return due if due > now else None


def in_window(at: int, tz: ZoneInfo, opens: time, closes: time) -> bool:
    """Whether the wall clock shows a time from `opens` up to, but without, `closes`."""
    return opens <= local_time(at, tz) < closes


def next_allowed(at: int, tz: ZoneInfo, opens: time, closes: time) -> int:
    """The first instant from `at` on that is inside the window; `at` itself if it is.

    Raises ValueError where the window does not close after it opens.
    """
    _check(opens, closes)
    if in_window(at, tz, opens, closes):
        return at
    day = local_day(at, tz)
    while True:
        # On the day of a repeated hour the window may open twice.
        passes = (instant(day, opens, tz), instant(day, opens, tz, closing=True))
        for candidate in passes:
            if candidate >= at and in_window(candidate, tz, opens, closes):
                return candidate
        day += timedelta(days=1)


def _due(rule: ReminderRule, start: int, tz: ZoneInfo, window: tuple[time, time]) -> int | None:
    if rule.days_before is not None and rule.at is not None:
        due = instant(local_day(start, tz) - timedelta(days=rule.days_before), rule.at, tz)
    else:
        due = start - (rule.hours_before or 0) * HOUR
    if rule.not_before is not None and local_time(due, tz) < rule.not_before:
        return None
    return _moved_into(due, tz, *window)


def _moved_into(due: int, tz: ZoneInfo, opens: time, closes: time) -> int:
    """`due` if it is inside the window, else a little before the end of the window before it."""
    _check(opens, closes)
    if in_window(due, tz, opens, closes):
        return due
    day = local_day(due, tz)
    while True:
        end = instant(day, closes, tz)
        candidate = max(instant(day, opens, tz), end - ROOM_TO_SEND)
        if candidate < due and in_window(candidate, tz, opens, closes):
            return candidate
        day -= timedelta(days=1)


def _check(opens: time, closes: time) -> None:
    if opens >= closes:
        raise ValueError("a window closes after it opens, on the same day")
