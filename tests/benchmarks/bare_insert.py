"""The floor of a booking: one row of an appointment's shape, under an appointment's constraints."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from scheduler.availability.visit_rules import load_visit
from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.patients.models import Patient
from tests.benchmarks import world
from tests.benchmarks.clients import SqlJob

TABLE = "bare_appointment"
# More than a client gets through in a round, at any speed that is to be expected.
ROWS_A_CLIENT = 20_000
HALF_HOUR = timedelta(minutes=30)
FIELDS = [field for field in Appointment._meta.concrete_fields if not field.primary_key]


def prepare(url: str, clients: int, *, now: datetime) -> list[SqlJob]:
    """Make the table, without the audit log's triggers; give each client rows that overlap
    nobody's."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        cursor.execute(f"CREATE TABLE {TABLE} (LIKE scheduler_appointment INCLUDING ALL)")
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = 'scheduler_appointment'::regclass AND contype = 'f'"
        )
        for (definition,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {TABLE} ADD {definition}")
    columns = ", ".join(str(field.column) for field in FIELDS)
    values = ", ".join(["%s"] * len(FIELDS))
    statement = f"INSERT INTO {TABLE} ({columns}) VALUES ({values}) ON CONFLICT DO NOTHING"
    return [SqlJob(url, statement, _rows(client, clients, now)) for client in range(clients)]


def reset(*, now: datetime) -> None:
    """Empty the table, and see that a patient for each provider exists to refer to."""
    world.empty()
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLE}")
    for number in range(len(world.PROVIDERS)):
        Patient.objects.create(id=number + 1, name=f"Patient {number}", created_at=now)


def _rows(client: int, clients: int, now: datetime) -> Sequence[Sequence[Any]]:
    visit = load_visit(world.VISIT_TYPE)
    providers = list(Provider.objects.order_by("id").values_list("id", flat=True))
    rows = []
    for number in range(ROWS_A_CLIENT):
        turn, owner = divmod(number * clients + client, len(providers))
        starts = now + turn * HALF_HOUR
        row = Appointment(
            reference=f"{client}{number:07d}",
            visit_type_id=visit.id,
            provider_id=providers[owner],
            room_id=visit.rooms[owner],
            patient_id=owner + 1,
            status="booked",
            starts_at=starts,
            ends_at=starts + HALF_HOUR,
            busy_start=starts,
            busy_end=starts + HALF_HOUR,
            created_at=now,
        )
        rows.append([_plain(getattr(row, field.attname)) for field in FIELDS])
    return rows


def _plain(value: Any) -> Any:
    """Choices as what they stand for: a client knows no models."""
    return str(value) if isinstance(value, str) else value
