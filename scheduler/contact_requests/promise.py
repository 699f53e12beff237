"""By when somebody who asked to be called can be promised a call."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from scheduler.clinic.models import Clinic
from scheduler.clinic.office_hours import OfficeHours, office_hours
from scheduler.contact_requests.models import ContactRequest

NOON = time(12)
ANSWER_WITHIN = timedelta(hours=4)


def promise(
    clinic: Clinic,
    *,
    days: Collection[date] = (),
    part_of_day: str = ContactRequest.PartOfDay.ANY,
    now: datetime,
) -> datetime:
    """When staff will have answered: four hours on within a working day, else by the next noon.

    Where the person chose `days` (local), by the end of the first of them that is not too soon:
    noon for mornings, else when the clinic closes.
    """
    today = now.astimezone(clinic.zone).date()
    office = office_hours(clinic, today)
    return promise_in(office, clinic, days=days, part_of_day=part_of_day, now=now)


def promise_in(
    office: OfficeHours,
    clinic: Clinic,
    *,
    days: Collection[date] = (),
    part_of_day: str = ContactRequest.PartOfDay.ANY,
    now: datetime,
) -> datetime:
    """The same by office hours that are at hand."""
    local = now.astimezone(clinic.zone)
    today = local.date()
    soonest = _next_noon(office.next_day(today), office.hours(office.next_day(today))[1], clinic)
    if office.is_open(today):
        opens, closes = office.hours(today)
        soon = local + ANSWER_WITHIN
        if local.time() < opens:
            soonest = _next_noon(today, closes, clinic)
        elif soon.date() == today and soon.time() <= closes:
            soonest = soon
    for day in sorted(days):
        closes = office.hours(day)[1]
        morning = part_of_day == ContactRequest.PartOfDay.MORNING
        ends = datetime.combine(day, min(NOON, closes) if morning else closes, clinic.zone)
        if office.is_open(day) and ends >= soonest:
            return ends
    return soonest


def _next_noon(day: date, closes: time, clinic: Clinic) -> datetime:
    return datetime.combine(day, min(NOON, closes), clinic.zone)
