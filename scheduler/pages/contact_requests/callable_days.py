"""The days on which somebody can ask to be called."""

from datetime import date, datetime

from django.utils.formats import date_format

from scheduler.clinic.models import Clinic
from scheduler.clinic.office_hours import office_hours
from scheduler.contact_requests.promise import promise

DAYS_OFFERED = 5
_WRITTEN = {"en": "l, F j", "es": r"l j \d\e F"}


def callable_days(clinic: Clinic, *, now: datetime) -> list[date]:
    """The next working days, local, from the first on which a call can still be promised."""
    first = promise(clinic, now=now).astimezone(clinic.zone).date()
    office = office_hours(clinic, first)
    days = [first]
    while len(days) < DAYS_OFFERED:
        days.append(office.next_day(days[-1]))
    return days


def in_words(day: date, language: str) -> str:
    """Such as "Tuesday, November 17", in the page's language."""
    words = date_format(day, _WRITTEN[language])
    return words[:1].upper() + words[1:]
