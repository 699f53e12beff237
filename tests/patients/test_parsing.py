"""One set of rules for what people type, whichever door it comes through."""

from datetime import date, timedelta

import pytest

from scheduler.patients import parsing
from scheduler.patients.parsing_dates import birth_date, written_birth_date

TODAY = date(2026, 11, 16)


class TestAName:
    @pytest.mark.parametrize(
        "name", ["Robert Jones 3rd", "Ana O'Neil", "José Núñez-Ruiz", "王秀英", "Henry Ford 2ND"]
    )
    def test_is_kept_as_it_is_written(self, name: str) -> None:
        assert parsing.name(name) == name

    @pytest.mark.parametrize(
        "name", ["", "3rd", "Ana 555-0123", "R2D2", "Bob 23", "Ana 3rdly", "x@y.org", "Ana\n2nd"]
    )
    def test_is_refused_where_it_is_none(self, name: str) -> None:
        with pytest.raises(parsing.NotValid) as refused:
            parsing.name(name)
        assert refused.value.reason == "name"


class TestABirthDate:
    @pytest.mark.parametrize("born", [date(1900, 1, 1), date(1958, 3, 9), TODAY])
    def test_lies_in_the_lives_of_people(self, born: date) -> None:
        assert birth_date(born, today=TODAY) == born

    @pytest.mark.parametrize("born", [date(1899, 12, 31), TODAY + timedelta(1), date(2080, 1, 1)])
    def test_is_refused_where_nobody_can_have_it(self, born: date) -> None:
        with pytest.raises(parsing.NotValid):
            birth_date(born, today=TODAY)
        with pytest.raises(parsing.NotValid):
            written_birth_date(f"{born:%m/%d/%Y}", today=TODAY)
