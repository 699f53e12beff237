"""US federal holidays, observed days included."""

from datetime import date
from functools import lru_cache

import holidays


@lru_cache(maxsize=32)
def federal_holidays(year: int) -> frozenset[date]:
    """The closed days of one year, by the rules of `holidays` (5 U.S.C. 6103)."""
    return frozenset(holidays.country_holidays("US", years=year))


def federal_holidays_between(first: date, last: date) -> frozenset[date]:
    """The holidays from `first` to `last`, included; a New Year may be observed in December."""
    days = frozenset().union(*map(federal_holidays, range(first.year, last.year + 2)))
    return frozenset(day for day in days if first <= day <= last)


def named_holidays(first: date, last: date) -> dict[date, str]:
    """The holidays from `first` to `last`, included, with their names, in order."""
    named = holidays.country_holidays("US", years=range(first.year, last.year + 2))
    return {day: named[day] for day in sorted(named) if first <= day <= last}
