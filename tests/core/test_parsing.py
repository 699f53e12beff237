"""What is read from a request is of the kind that is asked for and in the calendar, or None."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.core import parsing

READERS = (parsing.number, parsing.day, parsing.clock, parsing.wall_time, parsing.instant)
ALPHABET = "0123456789-:T+Zz. ²٣\x00e"


class TestReading:
    def test_takes_what_browsers_send(self) -> None:
        assert parsing.number("42") == 42
        assert parsing.day("2026-11-24") == date(2026, 11, 24)
        assert parsing.clock("14:05") == time(14, 5)
        assert parsing.wall_time("2026-11-24T14:05") == datetime.combine(
            date(2026, 11, 24), time(14, 5)
        )
        offset = timezone(timedelta(hours=-5))
        expected = datetime(2026, 11, 24, 14, 5, tzinfo=offset)
        assert parsing.instant("2026-11-24t14:05:00-05:00") == expected
        assert parsing.instant("2026-11-24T19:05:00Z") == expected

    @pytest.mark.parametrize("reader", READERS)
    @given(text=st.text(ALPHABET, max_size=30) | st.text(max_size=20))
    def test_never_raises(self, reader: object, text: str) -> None:
        assert callable(reader)
        reader(text)

    @pytest.mark.parametrize("reader", READERS)
    @pytest.mark.parametrize("text", [None, "", "\x00", "x", "9" * 5000, "-1", "²", "1e400", " 1"])
    def test_takes_nothing_else(self, reader: object, text: str | None) -> None:
        assert callable(reader)
        assert reader(text) is None

    @pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31"])
    def test_stays_inside_the_calendar(self, day: str) -> None:
        assert parsing.day(day) is None
        assert parsing.wall_time(f"{day}T12:00") is None
        assert parsing.instant(f"{day}T12:00:00Z") is None

    @pytest.mark.parametrize(
        "text", ["2026-02-30", "2026-13-01", "20261124", "2026-W48-2", "2026-1-1"]
    )
    def test_knows_no_such_day(self, text: str) -> None:
        assert parsing.day(text) is None

    def test_wants_an_offset_with_an_instant_and_none_with_a_wall_time(self) -> None:
        assert parsing.instant("2026-11-24T14:05:00") is None
        assert parsing.wall_time("2026-11-24T14:05:00-05:00") is None

    def test_counts_pages_from_one(self) -> None:
        pages = [parsing.page(text) for text in (None, "", "x", "0", "1", "7", "10001", "9" * 99)]
        assert pages == [1, 1, 1, 1, 1, 7, 1, 1]

    @given(seconds=st.integers(946_800_000, 4_133_800_000))
    def test_gives_back_every_instant(self, seconds: int) -> None:
        at = datetime.fromtimestamp(seconds, UTC)
        assert parsing.instant(at.isoformat()) == at
