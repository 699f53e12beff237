"""The days that tests by the real clock book on, whatever today is."""

from datetime import date, timedelta

from scheduler.clinic.holidays import federal_holidays_between
from tests.open_days import open_day, open_tuesday

FIRST = date(2026, 11, 24)
YEARS = [FIRST + timedelta(days=number) for number in range(10 * 365)]
HOLIDAYS = federal_holidays_between(YEARS[0], YEARS[-1] + timedelta(days=60))


class TestAnOpenDay:
    def test_is_never_far_nor_closed(self) -> None:
        found = [open_day(day) for day in YEARS]
        assert not HOLIDAYS.keys() & set(found)
        assert max(day.weekday() for day in found) == 4
        assert max(day - today for day, today in zip(found, YEARS, strict=True)).days <= 4


class TestAnOpenTuesday:
    def test_is_never_far_and_the_day_after_is_open_too(self) -> None:
        found = [open_tuesday(day) for day in YEARS]
        both = set(found) | {day + timedelta(days=1) for day in found}
        assert {day.weekday() for day in both} == {1, 2}
        assert not HOLIDAYS.keys() & both
        assert max(day - today for day, today in zip(found, YEARS, strict=True)).days < 21
