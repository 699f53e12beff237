"""Work on a federal holiday after all, or take that back."""

from datetime import date, datetime

from django.db import transaction

from scheduler.clinic.models import OpenHoliday, TimeOff
from scheduler.closures.time_off import VisitsInTheWay, lock_hours, visits_in_the_way


def open_holiday(day: date) -> None:
    """Twice changes nothing. The usual hours of the weekday hold."""
    OpenHoliday.objects.get_or_create(day=day)


def keep_holiday(day: date, *, now: datetime) -> None:
    """Close on the holiday. Raises VisitsInTheWay, and changes nothing, where visits are booked."""
    with transaction.atomic():
        lock_hours(None)
        in_the_way = visits_in_the_way(TimeOff(first_day=day, last_day=day), now=now)
        if in_the_way:
            raise VisitsInTheWay(in_the_way)
        OpenHoliday.objects.filter(day=day).delete()
