"""When somebody is at the clinic to answer: its business days, and the hours of its providers."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from scheduler.clinic.closures import closed_days
from scheduler.clinic.models import Clinic
from scheduler.clinic.weekly_rules import usual_week
from scheduler.core.business_days import add_business_days, is_business_day

# Where no provider works on a business day, staff keep these.
OPENS, CLOSES = time(9), time(17)
LOOK_AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The clinic's working days from `first` on, and their hours, all local."""

    business_days: int
    closed: frozenset[date]
    by_weekday: dict[int, tuple[time, time]]

    def is_open(self, day: date) -> bool:
        return is_business_day(day, self.business_days, self.closed)

    def next_day(self, day: date) -> date:
        """The first working day after `day`."""
        return add_business_days(day, 1, weekdays_mask=self.business_days, closed_days=self.closed)

    def hours(self, day: date) -> tuple[time, time]:
        """(opens, closes) of a working day."""
        return self.by_weekday.get(day.weekday(), (OPENS, CLOSES))


def office_hours(clinic: Clinic, first: date) -> OfficeHours:
    """What is known of the two months from `first` (a local day) on; two queries."""
    return OfficeHours(
        business_days=clinic.business_days,
        closed=closed_days(first, first + LOOK_AHEAD),
        by_weekday=usual_week(first),
    )
