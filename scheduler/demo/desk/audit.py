"""Who looked at whom: staff open the day, the calendar and patients' pages as they work."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from scheduler.audit.models import AccessEvent
from scheduler.booking.models import Appointment
from scheduler.demo.cast import Cast

DAYS = 30
CALENDAR, BOARD, PATIENT = "staff/", "staff/day/", "staff/patients/<int:pk>/"
VISIT, MY_DAY, SHEET = (
    "staff/appointments/<str:reference>/",
    "staff/my-day/",
    "staff/day/sheet/",
)


def look_around(cast: Cast) -> None:
    """The looks of the last weeks, in the order of time."""
    on_day: dict[date, list[Appointment]] = defaultdict(list)
    for visit in cast.world.rows[Appointment]:
        if visit.patient_id:
            on_day[cast.days.of(visit.starts_at)].append(visit)
    looks: list[tuple[datetime, int, str, list[int]]] = []
    for day in cast.days.open_days(cast.today - timedelta(days=DAYS), cast.today):
        looks += _looks_of(cast, day, on_day[day])
    for at, user, route, patients in sorted(looks):
        if at <= cast.now:
            cast.world.add(
                AccessEvent(
                    user_id=user, route=route, method="GET", patients=sorted(set(patients)), at=at
                )
            )


def _looks_of(
    cast: Cast, day: date, visits: list[Appointment]
) -> list[tuple[datetime, int, str, list[int]]]:
    rng, staff = cast.world.rng, cast.staff
    everybody = [visit.patient_id for visit in visits if visit.patient_id]
    found = [(cast.days.at(day, time(8, 20)), staff.desk[0], SHEET, everybody)]
    for user in staff.desk:
        found += [
            (cast.days.in_office(day, rng), user, route, everybody)
            for route in (CALENDAR, BOARD, CALENDAR, BOARD)
        ]
        for visit in rng.sample(visits, min(len(visits), 5)):
            route = rng.choice((PATIENT, VISIT))
            found.append((cast.days.in_office(day, rng), user, route, [visit.patient_id or 0]))
    for user in staff.clinicians.values():
        own = [v.patient_id for v in visits if v.provider.user_id == user and v.patient_id]
        if own:
            found.append((cast.days.at(day, time(8, 32)), user, MY_DAY, own))
    return found
