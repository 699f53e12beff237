"""The clinic that is measured, and tables filled to a size."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import connection

from scheduler.availability.load_schedule import load_schedule
from scheduler.availability.schedule import Schedule
from scheduler.availability.visit_rules import Visit, load_visit
from scheduler.booking.models import Appointment
from scheduler.clinic.load_clinic import load_clinic
from scheduler.clinic.models import Provider, Room, VisitType, WeeklyHours
from scheduler.links import tokens
from scheduler.patients.models import Contact, Patient

VISIT_TYPE = "follow-up"
PROVIDERS = ("ada-first", "ben-second", "cleo-third")
HOURS = ((time(8, 30), time(12)), (time(13), time(16, 30)))
DAYS = 30
INSIDE = 150
# Children first; the audit log's tables go with what they tell of.
EMPTIED = (
    "deliveryevent",
    "message",
    "link",
    "idempotencykey",
    "appointment",
    "contact",
    "patient",
    "consent",
    "codesent",
)
TRAILS = ("appointmentevent", "patientevent", "contactevent")


def make_clinic(*, now: datetime) -> None:
    """Three providers, Monday to Friday, 8:30 to 12 and 13 to 16:30, and a room for each."""
    load_clinic(settings.CLINIC, now=now)
    visit_type = VisitType.objects.get(slug=VISIT_TYPE)
    visit_type.rooms.add(Room.objects.create(slug="exam-3", name="Exam room 3"))
    for slug in PROVIDERS:
        provider = Provider.objects.create(slug=slug, name=slug.replace("-", " ").title())
        provider.visit_types.add(visit_type)
        WeeklyHours.objects.bulk_create(
            WeeklyHours(provider=provider, weekday=weekday, opens=opens, closes=closes)
            for weekday in range(5)
            for opens, closes in HOURS
        )


def window(visit: Visit, *, now: datetime) -> tuple[date, date]:
    """The 30 local days from tomorrow on."""
    first = visit.local_day(now) + timedelta(days=1)
    return first, first + timedelta(days=DAYS - 1)


def apart(schedule: Schedule) -> dict[int, list[int]]:
    """Provider id to free starts (epoch seconds), as many as can all be booked together."""
    chosen: dict[int, list[int]] = {}
    for provider, starts in schedule.free_starts.items():
        taken: list[int] = []
        for start in starts:
            if not taken or start >= taken[-1] + schedule.visit.shape.duration:
                taken.append(start)
        chosen[provider] = taken
    return chosen


def empty() -> None:
    """Take out everything that patients left, and count from one again."""
    tables = ", ".join(f"scheduler_{name}" for name in (*EMPTIED, *TRAILS))
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")


def fill_appointments(count: int, *, now: datetime) -> None:
    """`count` appointments: 150 in the coming 30 days, the others finished ones of the past.

    Finished visits stand end to end, round the clock, backwards from yesterday, at each provider.
    """
    empty()
    if count:
        _book_inside(INSIDE, now=now)
        _finish_in_the_past(count - INSIDE, now=now)
    vacuum()


def vacuum() -> None:
    """What autovacuum would come to do anyway, done before anything is measured."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def _book_inside(count: int, *, now: datetime) -> None:
    visit = load_visit(VISIT_TYPE)
    schedule = load_schedule(visit, *window(visit, now=now), now=now)
    rooms = dict(zip(schedule.columns, visit.rooms, strict=True))
    found = sorted((start, owner) for owner, starts in apart(schedule).items() for start in starts)
    for number in range(count):
        start, provider = found[number * len(found) // count]
        _book(visit, provider, rooms[provider], datetime.fromtimestamp(start, visit.tz), number)


def _book(visit: Visit, provider: int, room: int, starts: datetime, number: int) -> None:
    patient = Patient.objects.create(
        name=f"Patient {number}", folded_name=f"patient {number}", created_at=starts
    )
    contact = Contact.objects.create(
        patient=patient, name=patient.name, email=f"p{number}@example.org"
    )
    busy_start, busy_end = visit.busy(starts)
    Appointment.objects.create(
        reference=tokens.new_reference(),
        visit_type_id=visit.id,
        provider_id=provider,
        room_id=room,
        patient=patient,
        contact=contact,
        status="booked",
        starts_at=starts,
        ends_at=visit.ends(starts),
        busy_start=busy_start,
        busy_end=busy_end,
        created_at=starts,
    )


_TWICE = """
    INSERT INTO scheduler_appointment ({columns})
    SELECT {values} FROM scheduler_appointment AS model,
           generate_series(1, %(count)s) AS number, scheduler_provider AS provider
     WHERE model.id = (SELECT min(id) FROM scheduler_appointment)
       AND provider.id = (SELECT min(id) FROM scheduler_provider) + number %% 3
"""


def _finish_in_the_past(count: int, *, now: datetime) -> None:
    """Copies of one visit, each at a time of its own; the audit log is left out to save minutes."""
    starts = "%(yesterday)s - (number / 3 + 1) * interval '30 minutes'"
    ends = f"{starts} + interval '30 minutes'"
    differs = {
        "reference": "'H' || lpad(to_hex(number), 7, '0')",
        "provider_id": "provider.id",
        "status": "'completed'",
        "starts_at": starts,
        "busy_start": starts,
        "ends_at": ends,
        "busy_end": ends,
    }
    columns = [str(one.column) for one in Appointment._meta.concrete_fields if one.column != "id"]
    values = [differs.get(column, f"model.{column}") for column in columns]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            _TWICE.format(columns=", ".join(columns), values=", ".join(values)),
            {"count": count, "yesterday": now - timedelta(days=1)},
        )
        cursor.execute("SET session_replication_role = DEFAULT")
