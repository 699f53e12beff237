from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.core.quiet_hours import Clock, binding, moved_back, next_suiting, suits
from scheduler.core.wall_clock import instant
from tests.core.clock import DAY, HOUR, MINUTE, NEW_YORK, at, shown

CLINIC = Clock(NEW_YORK, time(9), time(19))
PACIFIC, HAWAII, GUAM = (
    Clock(ZoneInfo(name), time(8), time(21))
    for name in ("America/Los_Angeles", "Pacific/Honolulu", "Pacific/Guam")
)


class TestAClock:
    def test_has_to_close_after_it_opens(self) -> None:
        with pytest.raises(ValueError, match="window"):
            Clock(NEW_YORK, time(19), time(9))
        with pytest.raises(ValueError, match="window"):
            Clock(NEW_YORK, time(9), time(9))


class TestNextSuiting:
    @pytest.mark.parametrize(
        ("when", "expected"),
        [
            ("2026-06-11 08:59", "2026-06-11 09:00 EDT"),
            ("2026-06-11 09:00", "2026-06-11 09:00 EDT"),
            ("2026-06-11 18:59", "2026-06-11 18:59 EDT"),
            ("2026-06-11 19:00", "2026-06-12 09:00 EDT"),
            ("2026-03-07 23:00", "2026-03-08 09:00 EDT"),
        ],
    )
    def test_waits_for_the_window(self, when: str, expected: str) -> None:
        assert shown(next_suiting(at(when), [CLINIC])) == expected

    def test_opens_again_in_the_repeated_hour(self) -> None:
        after_the_first_pass = at("2026-11-01 01:50", fold=0)
        found = next_suiting(after_the_first_pass, [Clock(NEW_YORK, time(1, 10), time(1, 40))])
        assert found == at("2026-11-01 01:10", fold=1)

    @pytest.mark.parametrize("day", [date(2027, 3, 14), date(2027, 11, 7), date(2026, 6, 1)])
    @pytest.mark.parametrize(
        "hours",
        [
            (time(9), time(19)),
            (time(1, 20), time(1, 40)),
            (time(2, 20), time(2, 40)),
            (time(1, 30), time(2, 30)),
            (time(2, 30), time(3, 30)),
        ],
    )
    @pytest.mark.parametrize("others", [[], [PACIFIC], [PACIFIC, HAWAII]])
    def test_is_the_first_minute_that_suits_all(
        self, day: date, hours: tuple[time, time], others: list[Clock]
    ) -> None:
        midnight = instant(day, time(0), NEW_YORK)
        clocks = binding(midnight, Clock(NEW_YORK, *hours), others)
        minutes = range(midnight, midnight + 3 * DAY, MINUTE)
        allowed = [minute for minute in minutes if suits(minute, clocks)]
        for minute in range(midnight, midnight + DAY, 30 * MINUTE):
            assert next_suiting(minute, clocks) == next(each for each in allowed if each >= minute)

    def test_is_none_where_the_clocks_never_agree(self) -> None:
        with pytest.raises(ValueError, match="no hour in common"):
            next_suiting(at("2026-11-25 12:00"), [Clock(NEW_YORK, time(9), time(17)), GUAM])


class TestSeveralClocks:
    def test_all_have_to_suit(self) -> None:
        found = next_suiting(at("2026-11-25 09:00"), [CLINIC, PACIFIC, HAWAII])
        assert shown(found) == "2026-11-25 13:00 EST"
        assert shown(next_suiting(at("2026-11-25 19:00"), [CLINIC, PACIFIC])) == (
            "2026-11-26 11:00 EST"
        )

    def test_are_left_but_for_the_clinics_where_no_hour_suits_all(self) -> None:
        at_noon = at("2026-11-25 12:00")
        early = Clock(NEW_YORK, time(9), time(17))
        assert binding(at_noon, early, [GUAM]) == [early]
        assert binding(at_noon, CLINIC, [GUAM]) == [CLINIC, GUAM]
        assert binding(at_noon, CLINIC, []) == [CLINIC]

    @given(
        st.integers(0, 370 * 24 * 60).map(lambda minute: at("2027-01-01 00:00") + minute * MINUTE),
        st.lists(st.sampled_from([PACIFIC, HAWAII]), max_size=2),
    )
    def test_moved_back_is_the_last_suiting_time_with_room_to_send(
        self, when: int, others: list[Clock]
    ) -> None:
        clocks = [CLINIC, *others]
        found = moved_back(when, clocks, room=15 * MINUTE)
        assert found is not None
        assert suits(found, clocks)
        assert found <= when
        if found < when:
            assert not suits(found + 15 * MINUTE, clocks)
            assert not any(suits(t, clocks) for t in range(found + 15 * MINUTE, when, HOUR // 2))
