from datetime import date, time

import pytest

from scheduler.core.business_days import (
    add_business_days,
    earliest_start,
    is_business_day,
    late_from,
)
from scheduler.core.wall_clock import instant
from tests.core.clock import NEW_YORK, at, shown

MONDAY_TO_FRIDAY = 1 + 2 + 4 + 8 + 16
THANKSGIVING = frozenset({date(2026, 11, 26)})  # a Thursday


def notice(now: str, *, business_days: int, minutes: int = 0) -> str:
    return shown(
        earliest_start(
            at(now),
            NEW_YORK,
            business_days=business_days,
            minutes=minutes,
            weekdays_mask=MONDAY_TO_FRIDAY,
            closed_days=THANKSGIVING,
        )
    )


class TestIsBusinessDay:
    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            (date(2026, 11, 25), True),
            (date(2026, 11, 26), False),
            (date(2026, 11, 27), True),
            (date(2026, 11, 28), False),
            (date(2026, 11, 29), False),
        ],
    )
    def test_leaves_out_weekends_and_closed_days(self, day: date, expected: bool) -> None:
        assert is_business_day(day, MONDAY_TO_FRIDAY, THANKSGIVING) is expected


class TestAddBusinessDays:
    @pytest.mark.parametrize(
        ("count", "expected"),
        [
            (0, date(2026, 11, 25)),
            (1, date(2026, 11, 27)),
            (2, date(2026, 11, 30)),
            (-1, date(2026, 11, 24)),
            (-3, date(2026, 11, 20)),
        ],
    )
    def test_counts_over_closed_days_and_weekends(self, count: int, expected: date) -> None:
        wednesday = date(2026, 11, 25)
        day = add_business_days(
            wednesday, count, weekdays_mask=MONDAY_TO_FRIDAY, closed_days=THANKSGIVING
        )
        assert day == expected

    def test_starts_from_a_weekend_too(self) -> None:
        saturday = date(2026, 11, 28)
        monday = add_business_days(
            saturday, 1, weekdays_mask=MONDAY_TO_FRIDAY, closed_days=THANKSGIVING
        )
        assert monday == date(2026, 11, 30)

    def test_refuses_a_clinic_that_never_works(self) -> None:
        with pytest.raises(ValueError, match="business day"):
            add_business_days(date(2026, 11, 25), 1, weekdays_mask=0, closed_days=frozenset())


class TestEarliestStart:
    def test_no_notice_is_now(self) -> None:
        assert notice("2026-11-24 15:20", business_days=0) == "2026-11-24 15:20 EST"

    def test_minutes_count_from_now_on_any_day(self) -> None:
        expected = "2026-11-28 17:20 EST"
        assert notice("2026-11-28 15:20", business_days=0, minutes=120) == expected

    def test_one_business_day_is_the_next_morning_however_late_it_is(self) -> None:
        assert notice("2026-11-23 23:59", business_days=1) == "2026-11-24 00:00 EST"

    def test_two_business_days_step_over_thanksgiving_and_the_weekend(self) -> None:
        assert notice("2026-11-25 08:00", business_days=2) == "2026-11-30 00:00 EST"

    def test_the_longer_of_both_notices_holds(self) -> None:
        expected = "2026-11-25 11:00 EST"
        assert notice("2026-11-23 11:00", business_days=1, minutes=48 * 60) == expected

    def test_today_is_the_clinics_day(self) -> None:
        # 23:30 on Monday in Findlay is Tuesday in UTC.
        assert shown(at("2026-11-23 23:30")) == "2026-11-23 23:30 EST"
        assert notice("2026-11-23 23:30", business_days=1) == "2026-11-24 00:00 EST"

    def test_a_day_of_23_hours_begins_at_its_own_midnight(self) -> None:
        begins = earliest_start(
            at("2026-03-07 12:00"),
            NEW_YORK,
            business_days=2,
            minutes=0,
            weekdays_mask=127,
            closed_days=frozenset(),
        )
        assert shown(begins) == "2026-03-09 00:00 EDT"


class TestLateFrom:
    @pytest.mark.parametrize(
        ("start", "late"),
        [
            ("2026-11-24 10:00", "2026-11-23 10:00 EST"),
            ("2026-11-27 10:00", "2026-11-25 10:00 EST"),
            ("2026-11-30 10:00", "2026-11-27 10:00 EST"),
            ("2026-03-09 10:00", "2026-03-06 10:00 EST"),
        ],
    )
    def test_is_the_same_wall_time_one_business_day_before(self, start: str, late: str) -> None:
        found = late_from(
            at(start), NEW_YORK, weekdays_mask=MONDAY_TO_FRIDAY, closed_days=THANKSGIVING
        )
        assert shown(found) == late

    def test_a_wall_time_that_the_day_before_skips_is_its_change(self) -> None:
        start = instant(date(2026, 3, 9), time(2, 30), NEW_YORK)
        found = late_from(start, NEW_YORK, weekdays_mask=127, closed_days=frozenset())
        assert shown(found) == "2026-03-08 03:00 EDT"
