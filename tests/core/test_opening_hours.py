from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.core.intervals import Interval
from scheduler.core.opening_hours import Closure, WeeklyRule, expand_closures, expand_hours
from tests.core.clock import HOUR, NEW_YORK, at, shown

MONDAY, SUNDAY = 0, 6
SPRING, FALL = date(2026, 3, 8), date(2026, 11, 1)  # both Sundays
MARCH = (date(2026, 3, 1), date(2026, 3, 31))


def hours_on(day: date, opens: time, closes: time, tz: ZoneInfo = NEW_YORK) -> list[Interval]:
    rule = WeeklyRule(day.weekday(), opens, closes)
    return [interval for interval, _room in expand_hours([rule], day, day, tz)]


def days_of(rule: WeeklyRule, first: date, last: date) -> list[int]:
    return [
        int(shown(interval.start)[8:10])
        for interval, _room in expand_hours([rule], first, last, NEW_YORK)
    ]


class TestExpandHours:
    def test_opens_at_the_same_wall_time_in_winter_and_in_summer(self) -> None:
        rule = WeeklyRule(MONDAY, time(9), time(17))
        opens = [shown(each.start) for each, _ in expand_hours([rule], *MARCH, NEW_YORK)]
        assert opens[:2] == ["2026-03-02 09:00 EST", "2026-03-09 09:00 EDT"]

    def test_a_night_shift_loses_an_hour_in_spring(self) -> None:
        assert hours_on(SPRING, time(1), time(4)) == [
            Interval(at("2026-03-08 01:00"), at("2026-03-08 04:00"))
        ]
        [night] = hours_on(SPRING, time(1), time(4))
        assert night.end - night.start == 2 * HOUR

    def test_a_night_shift_gains_an_hour_in_fall(self) -> None:
        [night] = hours_on(FALL, time(1), time(4))
        assert night.end - night.start == 4 * HOUR

    def test_hours_inside_the_repeated_hour_run_from_its_first_to_its_second_pass(self) -> None:
        assert hours_on(FALL, time(1, 15), time(1, 45)) == [
            Interval(at("2026-11-01 01:15", fold=0), at("2026-11-01 01:45", fold=1))
        ]

    def test_hours_inside_the_skipped_hour_offer_nothing(self) -> None:
        assert hours_on(SPRING, time(2, 15), time(2, 45)) == []

    @pytest.mark.parametrize(("day", "length"), [(SPRING, 23), (FALL, 25), (MARCH[0], 24)])
    def test_midnight_to_midnight_is_the_whole_day(self, day: date, length: int) -> None:
        [whole] = hours_on(day, time(0), time(0))
        assert whole.start == at(f"{day} 00:00")
        assert whole.end - whole.start == length * HOUR

    def test_hours_that_close_before_they_open_offer_nothing(self) -> None:
        assert hours_on(MARCH[0], time(17), time(9)) == []

    def test_both_days_of_validity_are_included(self) -> None:
        rule = WeeklyRule(
            MONDAY,
            time(9),
            time(10),
            valid_from=date(2026, 3, 9),
            valid_until=date(2026, 3, 23),
        )
        assert days_of(rule, *MARCH) == [9, 16, 23]

    def test_every_second_week_counts_from_the_week_of_the_first_day(self) -> None:
        # A Thursday: the Monday of that ISO week is already past, the next in step is the 16th.
        rule = WeeklyRule(MONDAY, time(9), time(10), valid_from=date(2026, 3, 5), every_n_weeks=2)
        assert days_of(rule, *MARCH) == [16, 30]

    def test_every_third_week_keeps_its_step_over_the_end_of_a_year(self) -> None:
        rule = WeeklyRule(MONDAY, time(9), time(10), valid_from=date(2026, 12, 14), every_n_weeks=3)
        assert days_of(rule, date(2026, 12, 1), date(2027, 1, 31)) == [14, 4, 25]

    @pytest.mark.parametrize(
        ("weeks", "valid_from"), [(0, date(2026, 3, 5)), (2, None)], ids=["none", "from when?"]
    )
    def test_refuses_weeks_that_cannot_be_counted(
        self, weeks: int, valid_from: date | None
    ) -> None:
        with pytest.raises(ValueError, match="week"):
            WeeklyRule(MONDAY, time(9), time(10), valid_from=valid_from, every_n_weeks=weeks)

    def test_names_the_room_and_sorts_by_start(self) -> None:
        rules = [
            WeeklyRule(MONDAY, time(13), time(17)),
            WeeklyRule(MONDAY, time(8), time(12), room=7),
            WeeklyRule(SUNDAY, time(8), time(9)),
        ]
        opens = expand_hours(rules, date(2026, 3, 8), date(2026, 3, 9), NEW_YORK)
        assert [(shown(each.start), room) for each, room in opens] == [
            ("2026-03-08 08:00 EDT", None),
            ("2026-03-09 08:00 EDT", 7),
            ("2026-03-09 13:00 EDT", None),
        ]

    def test_two_rules_that_start_together_may_name_a_room_or_none(self) -> None:
        rules = [
            WeeklyRule(MONDAY, time(8), time(12), room=None),
            WeeklyRule(MONDAY, time(8), time(12), room=2),
        ]
        opens = expand_hours(rules, date(2026, 3, 9), date(2026, 3, 9), NEW_YORK)
        assert [room for _interval, room in opens] == [None, 2]

    def test_of_no_days_are_none(self) -> None:
        rule = WeeklyRule(MONDAY, time(8), time(12))
        assert expand_hours([rule], date(2026, 3, 9), date(2026, 3, 8), NEW_YORK) == []


class TestExpandClosures:
    def closed(
        self, closure: Closure, first: date = MARCH[0], last: date = MARCH[1]
    ) -> list[tuple[str, str]]:
        found = expand_closures([closure], first, last, NEW_YORK)
        return [(shown(each.start)[5:16], shown(each.end)[5:16]) for each in found]

    def test_whole_days_become_one_interval(self) -> None:
        closure = Closure(date(2026, 3, 7), date(2026, 3, 9))
        assert self.closed(closure) == [("03-07 00:00", "03-10 00:00")]

    def test_repeat_on_the_weekdays_of_the_mask(self) -> None:
        tuesdays_and_sundays = 2 + 64
        closure = Closure(
            date(2026, 3, 1), date(2026, 3, 10), time(12), time(13), tuesdays_and_sundays
        )
        assert self.closed(closure) == [
            ("03-01 12:00", "03-01 13:00"),
            ("03-03 12:00", "03-03 13:00"),
            ("03-08 12:00", "03-08 13:00"),
            ("03-10 12:00", "03-10 13:00"),
        ]

    def test_one_that_ends_before_it_starts_runs_into_the_next_day(self) -> None:
        closure = Closure(date(2026, 3, 5), date(2026, 3, 5), time(22), time(6))
        assert self.closed(closure) == [("03-05 22:00", "03-06 06:00")]

    def test_one_that_began_the_night_before_is_seen(self) -> None:
        closure = Closure(date(2026, 3, 5), date(2026, 3, 5), time(22), time(6))
        sixth = date(2026, 3, 6)
        assert self.closed(closure, sixth, sixth) == [("03-05 22:00", "03-06 06:00")]

    def test_one_that_began_the_night_before_a_change_ends_by_the_new_time(self) -> None:
        closure = Closure(date(2026, 3, 7), date(2026, 3, 7), time(22), time(6))
        [night] = expand_closures([closure], *MARCH, NEW_YORK)
        assert night.end - night.start == 7 * HOUR

    @pytest.mark.parametrize(
        ("starts", "ends", "expected"),
        [
            (None, time(9), ("03-05 00:00", "03-05 09:00")),
            (time(15), None, ("03-05 15:00", "03-06 00:00")),
            (time(15), time(0), ("03-05 15:00", "03-06 00:00")),
            (time(9), time(9), ("03-05 09:00", "03-06 09:00")),
            (time(0), time(0), ("03-05 00:00", "03-06 00:00")),
        ],
    )
    def test_an_open_end_is_the_end_of_the_day(
        self, starts: time | None, ends: time | None, expected: tuple[str, str]
    ) -> None:
        closure = Closure(date(2026, 3, 5), date(2026, 3, 5), starts, ends)
        assert self.closed(closure) == [expected]

    def test_covers_the_repeated_hour_twice(self) -> None:
        closure = Closure(FALL, FALL, time(1), time(2))
        [closed] = expand_closures([closure], FALL, FALL, NEW_YORK)
        assert closed.end - closed.start == 2 * HOUR

    def test_far_away_closures_cost_and_give_nothing(self) -> None:
        closure = Closure(date(1990, 1, 1), date(2026, 2, 27))
        assert self.closed(closure) == []

    def test_a_closure_without_end_is_looked_at_for_the_asked_days_only(self) -> None:
        closure = Closure(date.min + timedelta(days=1), date.max)
        assert self.closed(closure, date(2026, 3, 2), date(2026, 3, 3)) == [
            ("03-01 00:00", "03-04 00:00")
        ]
