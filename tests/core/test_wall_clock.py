from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.core.wall_clock import Days, instant, offset_at, offset_lookup, offsets
from tests.core.clock import DAY, HOUR, MINUTE, NEW_YORK, at, shown

SPRING, FALL = date(2026, 3, 8), date(2026, 11, 1)
ONE_DAY = timedelta(days=1)

# Among them a change of half an hour, and changes at midnight in both directions.
ZONES = [
    NEW_YORK,
    ZoneInfo("Australia/Lord_Howe"),
    ZoneInfo("America/Havana"),
    ZoneInfo("Africa/Cairo"),
    ZoneInfo("Pacific/Auckland"),
    ZoneInfo("UTC"),
]
zones = st.sampled_from(ZONES)
changes = [
    datetime.fromtimestamp(change, tz).date()
    for tz in ZONES
    for change, _offset in offsets(tz, at("2026-01-01 00:00"), at("2027-01-01 00:00"))[1:]
]
around_changes = st.builds(
    lambda day, shift: day + shift * ONE_DAY, st.sampled_from(changes), st.integers(-1, 1)
)
days_of_2026 = around_changes | st.dates(date(2026, 1, 1), date(2026, 12, 31))
times = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))


class TestInstant:
    def test_reads_an_ordinary_time(self) -> None:
        assert shown(instant(date(2026, 7, 1), time(9, 30), NEW_YORK)) == "2026-07-01 09:30 EDT"

    def test_a_repeated_time_opens_at_its_first_pass(self) -> None:
        assert instant(FALL, time(1, 30), NEW_YORK) == at("2026-11-01 01:30", fold=0)

    def test_a_repeated_time_closes_at_its_second_pass(self) -> None:
        closes = instant(FALL, time(1, 30), NEW_YORK, closing=True)
        assert closes == at("2026-11-01 01:30", fold=1)
        assert closes - instant(FALL, time(1, 30), NEW_YORK) == HOUR

    @pytest.mark.parametrize("minute", [0, 1, 30, 59])
    @pytest.mark.parametrize("closing", [False, True])
    def test_a_skipped_time_is_the_instant_of_the_change(self, minute: int, closing: bool) -> None:
        skipped = instant(SPRING, time(2, minute), NEW_YORK, closing=closing)
        assert shown(skipped) == "2026-03-08 03:00 EDT"

    @pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (FALL, 25), (SPRING + ONE_DAY, 24)])
    def test_closing_at_midnight_is_the_end_of_the_day(self, day: date, hours: int) -> None:
        end = instant(day, time(0), NEW_YORK, closing=True)
        assert end == instant(day + ONE_DAY, time(0), NEW_YORK)
        assert end - instant(day, time(0), NEW_YORK) == hours * HOUR

    def test_a_change_of_half_an_hour_counts_too(self) -> None:
        lord_howe = ZoneInfo("Australia/Lord_Howe")
        skipped = instant(date(2026, 10, 4), time(2, 15), lord_howe)
        assert datetime.fromtimestamp(skipped, lord_howe).time() == time(2, 30)

    @given(zones, days_of_2026, times)
    def test_agrees_with_a_walk_along_the_day(self, tz: ZoneInfo, day: date, clock: time) -> None:
        # Hours open at the first minute that shows `clock` or later, and close after the last one
        # that shows less, or at the second pass of a minute that is shown twice: all of a day's
        # minutes, in the order in which they pass.
        noon = int(datetime.combine(day, time(12), tz).timestamp())
        walked = [
            (t, datetime.fromtimestamp(t, tz))
            for t in range(noon - 15 * HOUR, noon + 15 * HOUR, MINUTE)
        ]
        of_the_day = [(t, local.time()) for t, local in walked if local.date() == day]
        later = [t for t, shows in of_the_day if shows >= clock]
        earlier = [t for t, shows in of_the_day if shows < clock]
        end_of_day = of_the_day[-1][0] + MINUTE
        assert instant(day, clock, tz) == (later[0] if later else end_of_day)
        if clock == time(0):
            assert instant(day, clock, tz, closing=True) == end_of_day
        elif [shows for _, shows in of_the_day].count(clock) == 2:
            assert instant(day, clock, tz, closing=True) == max(
                t for t, shows in of_the_day if shows == clock
            )
        elif earlier:
            assert instant(day, clock, tz, closing=True) == earlier[-1] + MINUTE


class TestOffsets:
    def test_are_one_where_the_clock_does_not_change(self) -> None:
        june = at("2026-06-01 00:00")
        assert offsets(NEW_YORK, june, june + 30 * DAY) == [(june, -4 * HOUR)]

    def test_change_at_the_very_second(self) -> None:
        start, end = at("2026-03-01 00:00"), at("2026-11-30 00:00")
        assert offsets(NEW_YORK, start, end) == [
            (start, -5 * HOUR),
            (at("2026-03-08 03:00"), -4 * HOUR),
            (at("2026-11-01 01:00", fold=1), -5 * HOUR),
        ]

    @given(zones, days_of_2026, st.integers(0, 200 * DAY), st.data())
    def test_look_up_what_the_zone_says(
        self, tz: ZoneInfo, day: date, width: int, data: st.DataObject
    ) -> None:
        start = instant(day, time(0), tz)
        lookup = offset_lookup(offsets(tz, start, start + width))
        when = data.draw(st.integers(start, start + width))
        assert lookup(when) == offset_at(when, tz)

    @pytest.mark.parametrize("tz", ZONES, ids=str)
    def test_are_right_on_both_sides_of_each_change(self, tz: ZoneInfo) -> None:
        segments = offsets(tz, at("2026-01-01 00:00"), at("2027-01-01 00:00"))
        lookup = offset_lookup(segments)
        for change, _offset in segments:
            for near in (change, change + 1):
                assert lookup(near) == offset_at(near, tz)
        for change, _offset in segments[1:]:
            assert lookup(change - 1) == offset_at(change - 1, tz) != offset_at(change, tz)


class TestDays:
    @pytest.mark.parametrize("tz", ZONES, ids=str)
    @pytest.mark.parametrize("closing", [False, True])
    def test_are_right_on_every_day_of_a_year(self, tz: ZoneInfo, closing: bool) -> None:
        first, last = date(2026, 1, 1), date(2026, 12, 31)
        days = Days(first, last, tz)
        for number in range((last - first).days + 1):
            day = first + number * ONE_DAY
            for clock in (time(0), time(0, 30), time(1, 30), time(2, 15), time(9), time(23, 45)):
                expected = instant(day, clock, tz, closing=closing)
                assert days.instant(day, clock, closing=closing) == expected, (day, clock)

    @pytest.mark.parametrize("tz", ZONES, ids=str)
    @pytest.mark.parametrize("lead", [-2, -1, 0, 1, 2])
    def test_see_a_change_near_either_end(self, tz: ZoneInfo, lead: int) -> None:
        year = offsets(tz, at("2026-01-01 00:00"), at("2027-01-01 00:00"))
        for change, _offset in year[1:]:
            day = datetime.fromtimestamp(change, tz).date() + lead * ONE_DAY
            days = Days(day, day, tz)
            for clock in (time(0), time(1, 30), time(2, 15), time(12)):
                assert days.instant(day, clock) == instant(day, clock, tz)
                closes = instant(day, clock, tz, closing=True)
                assert days.instant(day, clock, closing=True) == closes
