from collections.abc import Sequence
from datetime import time
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.core.quiet_hours import Clock, binding, suits
from scheduler.core.reminder_times import DAYTIME, DEFAULT_RULES, ReminderRule, plan, plan_by_way
from tests.core.clock import DAY, HOUR, MINUTE, NEW_YORK, at, shown

LONG_AGO = "2026-01-05 12:00"
CLINIC = Clock(NEW_YORK, *DAYTIME)
PACIFIC, HAWAII, GUAM, SAMOA, MADRID = (
    Clock(ZoneInfo(name), time(8), time(21))
    for name in (
        "America/Los_Angeles",
        "Pacific/Honolulu",
        "Pacific/Guam",
        "Pacific/Pago_Pago",
        "Europe/Madrid",
    )
)


def planned(
    start: str,
    now: str = LONG_AGO,
    rules: tuple[ReminderRule, ...] = DEFAULT_RULES,
    window: tuple[time, time] = DAYTIME,
    quiet: int = 20 * HOUR,
    recipient: Sequence[Clock] = (),
) -> dict[str, str]:
    reminders = plan(
        rules,
        start=at(start),
        now=at(now),
        clinic=Clock(NEW_YORK, *window),
        recipient=recipient,
        quiet_after_confirmation=quiet,
    )
    return {each.name: shown(each.due) for each in reminders}


class TestTheDefaults:
    def test_remind_three_days_one_day_and_two_hours_ahead(self) -> None:
        assert planned("2026-06-11 14:00") == {
            "3-days": "2026-06-08 10:00 EDT",
            "1-day": "2026-06-10 10:00 EDT",
            "2-hours": "2026-06-11 12:00 EDT",
        }

    def test_keep_ten_in_the_morning_over_the_change_of_the_clock(self) -> None:
        assert planned("2026-03-09 14:00") == {
            "3-days": "2026-03-06 10:00 EST",
            "1-day": "2026-03-08 10:00 EDT",
            "2-hours": "2026-03-09 12:00 EDT",
        }

    @pytest.mark.parametrize(
        ("start", "expected"),
        [("2026-06-11 10:59", False), ("2026-06-11 11:00", True), ("2026-06-11 18:00", True)],
    )
    def test_leave_out_two_hours_ahead_before_nine(self, start: str, expected: bool) -> None:
        assert ("2-hours" in planned(start)) is expected

    def test_leave_out_what_is_due_within_20_hours_of_the_booking(self) -> None:
        assert list(planned("2026-06-11 14:00", now="2026-06-08 09:00")) == ["1-day", "2-hours"]
        assert list(planned("2026-06-11 14:00", now="2026-06-09 14:00")) == ["1-day", "2-hours"]
        assert list(planned("2026-06-11 14:00", now="2026-06-09 14:01")) == ["2-hours"]
        assert planned("2026-06-11 14:00", now="2026-06-11 08:00") == {}

    def test_plan_nothing_for_a_visit_that_has_begun(self) -> None:
        assert planned("2026-06-11 14:00", now="2026-06-12 14:00", quiet=0) == {}


class TestAtLeastOne:
    """Booked a day ahead or more, with every rule left out."""

    @pytest.mark.parametrize("start", ["2026-12-07 08:20", "2026-12-07 09:30"])
    def test_goes_out_the_evening_before_a_monday_booked_on_saturday(self, start: str) -> None:
        expected = {"at-least-one": "2026-12-06 18:00 EST"}
        assert planned(start, now="2026-12-05 14:05") == expected

    @pytest.mark.parametrize("start", ["2026-03-09 08:30", "2026-11-02 08:30"])
    def test_keeps_to_the_evening_over_the_change_of_the_clock(self, start: str) -> None:
        day_before = start.replace("09 08:30", "08 12:00").replace("02 08:30", "01 12:00")
        late = planned(start, now=day_before.replace("12:00", "08:00"))
        assert [each[11:16] for each in late.values()] == ["18:00"]

    def test_is_four_hours_or_more_after_the_confirmation(self) -> None:
        early_rule = ReminderRule("3-days", days_before=3, at=time(10))
        found = {
            now: planned("2026-06-11 15:00", now=f"2026-06-10 {now}", rules=(early_rule,))
            for now in ("14:00", "14:01")
        }
        assert found == {
            "14:00": {"at-least-one": "2026-06-10 18:00 EDT"},
            "14:01": {"at-least-one": "2026-06-11 13:00 EDT"},
        }

    def test_is_at_the_end_of_a_window_that_closes_before_the_evening(self) -> None:
        rule = ReminderRule("3-days", days_before=3, at=time(10))
        found = planned(
            "2026-06-11 15:00",
            now="2026-06-10 09:00",
            rules=(rule,),
            window=(time(9), time(17)),
        )
        assert found == {"at-least-one": "2026-06-10 16:45 EDT"}

    def test_is_not_for_a_visit_that_was_booked_later(self) -> None:
        assert planned("2026-12-07 09:30", now="2026-12-06 09:30") != {}
        assert planned("2026-12-07 09:30", now="2026-12-06 09:31") == {}

    def test_is_none_where_the_clinic_reminds_nobody_of_such_visits(self) -> None:
        assert planned("2026-06-11 14:00", rules=()) == {}

    def test_is_none_where_the_window_has_no_moment_for_it(self) -> None:
        rule = ReminderRule("3-days", days_before=3, at=time(10))
        found = planned(
            "2026-06-11 10:00", now="2026-06-10 09:59", rules=(rule,), window=(time(9), time(9, 5))
        )
        assert found == {}


class TestExpiry:
    def test_is_when_the_next_is_due_and_half_an_hour_before_the_visit(self) -> None:
        reminders = plan(
            DEFAULT_RULES, start=at("2026-06-11 14:00"), now=at(LONG_AGO), clinic=CLINIC
        )
        assert [shown(each.expires) for each in reminders] == [
            "2026-06-10 10:00 EDT",
            "2026-06-11 12:00 EDT",
            "2026-06-11 13:30 EDT",
        ]

    def test_leaves_no_reminder_without_time_to_be_of_use(self) -> None:
        now_or_never = ReminderRule("at-once", hours_before=0)
        assert planned("2026-06-11 14:00", now="2026-06-11 09:00", rules=(now_or_never,)) == {}


class TestTheWindow:
    def test_moves_a_due_time_to_the_evening_before(self) -> None:
        early = ReminderRule("early", days_before=1, at=time(7))
        expected = {"early": "2026-06-09 18:45 EDT"}
        assert planned("2026-06-11 14:00", rules=(early,)) == expected

    def test_moves_a_due_time_to_the_end_of_the_same_day(self) -> None:
        late = ReminderRule("late", days_before=1, at=time(22))
        assert planned("2026-06-11 14:00", rules=(late,)) == {"late": "2026-06-10 18:45 EDT"}

    def test_leaves_out_what_would_move_before_the_booking(self) -> None:
        early = ReminderRule("early", days_before=1, at=time(7))
        found = planned("2026-06-11 14:00", now="2026-06-09 20:00", rules=(early,), quiet=0)
        assert found == {"at-least-one": "2026-06-10 18:00 EDT"}

    def test_is_full_even_where_it_is_shorter_than_the_time_to_send(self) -> None:
        early = ReminderRule("early", days_before=1, at=time(7))
        window = (time(9), time(9, 10))
        found = planned("2026-06-11 14:00", rules=(early,), window=window)
        assert found == {"early": "2026-06-09 09:00 EDT"}

    def test_two_that_would_be_due_together_are_one(self) -> None:
        rules = (
            ReminderRule("1-day", days_before=1, at=time(10)),
            ReminderRule("24-hours", hours_before=24),
        )
        assert planned("2026-06-11 10:00", rules=rules) == {"1-day": "2026-06-10 10:00 EDT"}


class TestANumberInAnotherZone:
    """Rules are the clinic's; nobody is woken by them."""

    def test_of_the_pacific_is_reminded_from_eight_there_on_the_same_day(self) -> None:
        assert planned("2026-06-11 16:00", recipient=[PACIFIC]) == {
            "3-days": "2026-06-08 11:00 EDT",
            "1-day": "2026-06-10 11:00 EDT",
            "2-hours": "2026-06-11 14:00 EDT",
        }

    def test_is_not_reminded_two_hours_ahead_in_its_night(self) -> None:
        assert list(planned("2026-06-11 12:30", recipient=[PACIFIC])) == ["3-days", "1-day"]
        assert list(planned("2026-06-11 13:00", recipient=[PACIFIC])) == [
            "3-days",
            "1-day",
            "2-hours",
        ]

    @pytest.mark.parametrize(
        ("start", "expected"),
        [("2026-11-25 16:00", "13:00 EST"), ("2026-06-11 16:00", "14:00 EDT")],
    )
    def test_in_hawaii_knows_no_daylight_saving(self, start: str, expected: str) -> None:
        assert planned(start, recipient=[HAWAII])["1-day"].endswith(expected)

    def test_on_both_days_of_the_change(self) -> None:
        spring = planned("2027-03-15 16:00", recipient=[PACIFIC])
        assert spring["1-day"] == "2027-03-14 11:00 EDT"
        autumn = planned("2027-11-08 16:00", recipient=[HAWAII])
        assert (autumn["3-days"], autumn["1-day"]) == (
            "2027-11-05 14:00 EDT",
            "2027-11-07 13:00 EST",
        )

    def test_that_may_be_in_two_zones_keeps_to_both(self) -> None:
        assert planned("2026-11-25 19:00", recipient=[PACIFIC, HAWAII]) == {
            "3-days": "2026-11-22 13:00 EST",
            "1-day": "2026-11-24 13:00 EST",
            "2-hours": "2026-11-25 17:00 EST",
        }

    def test_where_evening_comes_first_is_reminded_before_it(self) -> None:
        rule = ReminderRule("1-day", days_before=1, at=time(17))
        found = planned("2026-06-11 16:00", rules=(rule,), recipient=[MADRID])
        assert found == {"1-day": "2026-06-10 14:45 EDT"}

    def test_that_suits_at_no_hour_counts_for_nothing(self) -> None:
        early = (time(9), time(17))
        found = planned("2026-11-25 16:00", window=early, recipient=[GUAM])
        assert found == planned("2026-11-25 16:00", window=early)

    def test_gets_the_one_reminder_of_a_late_booking_when_it_suits(self) -> None:
        found = planned("2026-12-07 09:30", now="2026-12-05 14:05", recipient=[MADRID])
        assert found == {"at-least-one": "2026-12-06 14:45 EST"}


minutes_of_2026 = st.integers(0, 365 * 24 * 60).map(
    lambda minute: at("2026-01-01 00:00") + minute * MINUTE
)
rules = st.builds(
    lambda days, minute: ReminderRule(
        f"{days}-days-{minute}", days_before=days, at=time(minute // 60, minute % 60)
    ),
    st.integers(0, 5),
    st.integers(0, 1439),
) | st.builds(lambda hours: ReminderRule(f"{hours}-hours", hours_before=hours), st.integers(0, 60))


class TestAnyPlan:
    @given(
        st.lists(rules, max_size=5),
        minutes_of_2026,
        st.integers(-2 * DAY, 10 * DAY),
        st.integers(0, 30 * HOUR),
    )
    def test_is_sorted_in_the_window_after_the_quiet_time_and_before_the_visit(
        self, rules: list[ReminderRule], start: int, lead: int, quiet: int
    ) -> None:
        now = start - lead
        reminders = plan(rules, start=start, now=now, clinic=CLINIC, quiet_after_confirmation=quiet)
        for each in reminders:
            assert suits(each.due, [CLINIC])
            assert now < each.due
            assert each.due < each.expires <= start - 30 * MINUTE
            assert each.name == "at-least-one" or now + quiet <= each.due
        assert all(a.expires == b.due for a, b in pairwise(reminders))


# Minutes from a Monday on: the week of each change of the clock, and one without.
week_starts = st.sampled_from(["2026-03-02 00:00", "2026-10-26 00:00", "2026-06-01 00:00"])


class TestEveryVisitBookedADayAhead:
    @given(week_starts, st.integers(0, 14 * 24 * 60), st.integers(24 * 60, 6 * 24 * 60))
    def test_is_reminded_before_it_starts_within_the_window(
        self, monday: str, booked: int, ahead: int
    ) -> None:
        now = at(monday) + booked * MINUTE
        start = now + ahead * MINUTE
        reminders = plan(DEFAULT_RULES, start=start, now=now, clinic=CLINIC)
        assert reminders
        for each in reminders:
            assert now < each.due < start
            assert suits(each.due, [CLINIC])
            assert each.name == "at-least-one" or each.due >= now + 20 * HOUR

    @given(week_starts, st.integers(0, 14 * 24 * 60), st.integers(0, 24 * 60 - 1))
    def test_and_who_books_later_is_left_alone_for_twenty_hours(
        self, monday: str, booked: int, ahead: int
    ) -> None:
        now = at(monday) + booked * MINUTE
        reminders = plan(DEFAULT_RULES, start=now + ahead * MINUTE, now=now, clinic=CLINIC)
        assert all(each.due >= now + 20 * HOUR for each in reminders)

    @given(
        week_starts,
        st.integers(0, 14 * 24 * 60),
        st.integers(24 * 60, 6 * 24 * 60),
        st.sets(st.sampled_from([PACIFIC, HAWAII, SAMOA, MADRID]), min_size=1),
    )
    def test_and_never_outside_the_hours_of_its_number(
        self, monday: str, booked: int, ahead: int, recipient: set[Clock]
    ) -> None:
        now = at(monday) + booked * MINUTE
        start = now + ahead * MINUTE
        reminders = plan(DEFAULT_RULES, start=start, now=now, clinic=CLINIC, recipient=[*recipient])
        for each in reminders:
            assert now < each.due < start
            assert suits(each.due, binding(each.due, CLINIC, [*recipient]))


class TestReminderRule:
    @pytest.mark.parametrize(
        "parts",
        [
            {},
            {"days_before": 1},
            {"at": time(10)},
            {"days_before": 1, "at": time(10), "hours_before": 2},
            {"days_before": 1, "hours_before": 2},
        ],
    )
    def test_is_due_in_one_way(self, parts: dict[str, int | time]) -> None:
        with pytest.raises(ValueError, match="reminder"):
            ReminderRule("odd", **parts)  # type: ignore[arg-type]


ways = st.sampled_from([frozenset({"sms"}), frozenset({"email"}), frozenset({"sms", "email"})])
# What a manager can set: a day once, in the hours in which reminders leave.
set_by_managers = st.lists(
    st.one_of(
        st.builds(
            lambda days, minute, by: ReminderRule(
                f"{days}-days", days_before=days, at=time(minute // 60, minute % 60), by=by
            ),
            st.integers(1, 60),
            st.integers(9 * 60, 19 * 60 - 1),
            ways,
        ),
        st.builds(
            lambda hours, by: ReminderRule("hours", hours_before=hours, not_before=time(9), by=by),
            st.integers(1, 6),
            ways,
        ),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda rule: rule.name,
)


class TestAnyRulesOfAManager:
    @given(
        set_by_managers,
        st.dictionaries(st.sampled_from(["sms", "email"]), st.booleans(), min_size=1),
        week_starts,
        st.integers(0, 14 * 24 * 60),
        st.integers(24 * 60, 70 * 24 * 60),
    )
    def test_remind_whoever_books_a_day_ahead_by_a_way_that_reaches_them(
        self,
        rules: list[ReminderRule],
        ways: dict[str, bool],
        monday: str,
        booked: int,
        ahead: int,
    ) -> None:
        now = at(monday) + booked * MINUTE
        start = now + ahead * MINUTE
        by_way = plan_by_way(rules, ways=ways, start=start, now=now, clinic=CLINIC)
        assert set(by_way) == set(ways)
        reaching = [way for way, reaches in ways.items() if reaches] or list(ways)
        assert any(by_way[way] for way in reaching)
        for reminders in by_way.values():
            for each in reminders:
                assert now < each.due < each.expires < start
                assert suits(each.due, [CLINIC])

    def test_each_way_keeps_to_its_own_clocks(self) -> None:
        found = plan_by_way(
            DEFAULT_RULES[:2],
            ways={"sms": True, "email": True},
            start=at("2026-06-11 14:00"),
            now=at(LONG_AGO),
            clinic=CLINIC,
            recipient={"sms": [PACIFIC]},
        )
        days = {way: [shown(each.due)[11:16] for each in found[way]] for way in found}
        assert days == {"sms": ["11:00", "11:00"], "email": ["10:00", "10:00"]}

    def test_keep_to_the_ways_that_they_choose(self) -> None:
        by_text = ReminderRule("3-days", days_before=3, at=time(10), by=frozenset({"sms"}))
        by_mail = ReminderRule("1-day", days_before=1, at=time(10), by=frozenset({"email"}))
        found = plan_by_way(
            [by_text, by_mail],
            ways={"sms": True, "email": True},
            start=at("2026-06-11 14:00"),
            now=at(LONG_AGO),
            clinic=CLINIC,
        )
        names = {way: [each.name for each in reminders] for way, reminders in found.items()}
        assert names == {"sms": ["3-days"], "email": ["1-day"]}
