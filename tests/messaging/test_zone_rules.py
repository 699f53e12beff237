"""Every zone there is, told by its rules and told by zoneinfo."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from scheduler.core.wall_clock import offsets
from scheduler.messaging.zone_rules import LAST, Onset, YearlyRule, onsets

ZONES = sorted(available_timezones() - {"localtime", "Factory"})


def day_of(rule: YearlyRule, year: int) -> date:
    """The day in that year, counted on a calendar."""
    first = date(year, rule.month, 1)
    days = [first + timedelta(days=number) for number in range(31)]
    fitting = [day for day in days if (day.month, day.weekday()) == (rule.month, rule.weekday)]
    return fitting[rule.nth if rule.nth == LAST else rule.nth - 1]


def changes_of(onset: Onset, last: int) -> list[tuple[int, int]]:
    """(instant, offset from then on) in every year up to `last`."""
    days = [onset.local.date()]
    if onset.rule is not None:
        days = [day_of(onset.rule, year) for year in range(onset.local.year, last + 1)]
    return [
        (
            round(datetime.combine(day, onset.local.time(), UTC).timestamp()) - onset.before,
            onset.after,
        )
        for day in days
    ]


@pytest.mark.parametrize(
    ("year", "zones"),
    [
        (2026, ZONES[::6]),
        (2024, ZONES[2::12]),
        (2031, ZONES[4::12]),
        pytest.param(2026, ZONES, marks=pytest.mark.long),
    ],
)
def test_every_zone_has_the_offsets_that_its_rules_tell(year: int, zones: list[str]) -> None:
    start, end = (round(datetime(at, 1, 1, tzinfo=UTC).timestamp()) for at in (year, year + 2))
    for name in zones:
        tz = ZoneInfo(name)
        told = sorted(one for onset in onsets(tz, year) for one in changes_of(onset, year + 1))
        before = [offset for since, offset in told if since <= start]
        within = [(since, offset) for since, offset in told if start < since <= end]
        assert [(start, before[-1]), *within] == offsets(tz, start, end), name


class TestARule:
    def test_is_found_where_a_zone_keeps_to_one(self) -> None:
        daylight, standard = onsets(ZoneInfo("America/New_York"), 2026)
        assert (daylight.rule, standard.rule) == (YearlyRule(3, 6, 2), YearlyRule(11, 6, 1))
        found = [onset.local.isoformat() for onset in (daylight, standard)]
        assert found == ["2025-03-09T02:00:00", "2025-11-02T02:00:00"]

    def test_may_be_the_last_such_day_of_a_month(self) -> None:
        found = onsets(ZoneInfo("Europe/Madrid"), 2026)
        assert [onset.rule for onset in found] == [YearlyRule(3, 6, LAST), YearlyRule(10, 6, LAST)]

    @pytest.mark.parametrize("name", ["Africa/Casablanca", "America/Santiago", "Africa/Cairo"])
    def test_is_not_made_up_where_a_zone_has_none(self, name: str) -> None:
        assert {onset.rule for onset in onsets(ZoneInfo(name), 2026)} == {None}

    def test_is_not_needed_where_the_clock_never_changes(self) -> None:
        [only] = onsets(ZoneInfo("America/Phoenix"), 2026)
        assert (only.before, only.after, only.rule) == (-25_200, -25_200, None)
        assert not only.is_daylight
