"""US federal holidays, observed days included."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import holidays


@lru_cache(maxsize=32)
def _of_year(year: int) -> Mapping[date, str]:
    """The closed days of one year with their names, by the rules of `holidays` (5 U.S.C. 6103)."""
    return dict(holidays.country_holidays("US", years=year))


def federal_holidays_between(first: date, last: date) -> Mapping[date, str]:
    """The holidays from `first` to `last`, included, each with its name; a New Year may be
    observed in December."""
    return {
        day: name
        for year in range(first.year, last.year + 2)
        for day, name in _of_year(year).items()
        if first <= day <= last
    }
