"""Claiming what is due, with a short and with a long history of messages."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from statistics import median

from django.db import connection, transaction

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider, VisitType
from scheduler.messaging.delivery.claim import claim_due
from scheduler.messaging.models import Message
from scheduler.patients.models import Contact, Patient
from tests.benchmarks import world
from tests.benchmarks.report import Row
from tests.benchmarks.rounds import Rates, alternate

PART = "due query"
SIZES = (10_000, 1_000_000)
# Of every size: so many due now, and every fifth of the others planned for the coming days.
DUE = 200
BATCH = 10
CLAIMS = 100
ROUNDS = 7
OF_ITSELF = 1.3
TABLE = "scheduler_message"


class _Undo(Exception):
    """Takes the claim back."""


def measure(*, now: datetime) -> tuple[list[Row], list[str]]:
    world.empty()
    owner = _owner(now)
    for size in SIZES:
        _fill(f"of_{size}", size, owner, now)
    world.vacuum()
    cases = {str(size): _claiming(f"of_{size}", now) for size in SIZES}
    rates = alternate(cases, rounds=ROUNDS)
    with connection.cursor() as cursor:
        cursor.execute("SET search_path TO DEFAULT")
        for size in SIZES:
            cursor.execute(f"DROP SCHEMA of_{size} CASCADE")
    note = (
        f"due: claiming {BATCH} of {DUE} due texts, taken back each time; a fifth of the other "
        "messages are planned for later, the rest is history."
    )
    return _rows(rates), [note]


def _rows(rates: Rates) -> list[Row]:
    small, large = (str(size) for size in SIZES)

    def milliseconds(case: str) -> str:
        return f"{1000 / rates.median(case):.2f} ms"

    # Rates compare the other way round than times.
    slower = median(a / b for a, b in zip(rates.of[small], rates.of[large], strict=True))
    return [
        Row(
            PART,
            f"{SIZES[1]:,} messages, {DUE} due",
            milliseconds(large),
            f"{SIZES[0]:,} messages {milliseconds(small)}",
            slower,
            OF_ITSELF,
            at_most=True,
        )
    ]


def _claiming(schema: str, now: datetime) -> Callable[[], float]:
    """Claims a second from the messages of one schema; nothing stays claimed."""

    def run() -> float:
        with connection.cursor() as cursor:
            cursor.execute(f"SET search_path TO {schema}, public")
        started = time.perf_counter()
        for _ in range(CLAIMS):
            with suppress(_Undo), transaction.atomic():
                if len(claim_due("sms", limit=BATCH, now=now)) != BATCH:
                    raise RuntimeError("not all that is due was found")
                raise _Undo
        return CLAIMS / (time.perf_counter() - started)

    return run


def _owner(now: datetime) -> Appointment:
    patient = Patient.objects.create(name="Ana", folded_name="ana", created_at=now)
    contact = Contact.objects.create(patient=patient, name="Ana", phone="+14197000000")
    start = now + timedelta(days=10)
    return Appointment.objects.create(
        reference="0WNER000",
        visit_type=VisitType.objects.get(slug=world.VISIT_TYPE),
        provider=Provider.objects.all()[0],
        patient=patient,
        contact=contact,
        status="booked",
        starts_at=start,
        busy_start=start,
        ends_at=start + timedelta(minutes=30),
        busy_end=start + timedelta(minutes=30),
        created_at=now,
    )


def _fill(schema: str, size: int, owner: Appointment, now: datetime) -> None:
    """A copy of the table, with its indexes, in a schema of its own, filled to `size` rows."""
    model = Message.objects.create(
        appointment=owner,
        kind=schema,
        channel="sms",
        to="+14197000000",
        language="en",
        due_at=now,
        next_attempt_at=now,
        expires_at=now + timedelta(days=10),
        created_at=now,
    )
    later = f"%(now)s + (number %% 10000 - {DUE}) * interval '1 minute'"
    differs = {
        "id": "number",
        "public_id": "gen_random_uuid()",
        "sequence": "number",
        "status": f"CASE WHEN number <= {DUE} OR number %% 5 = 0 THEN 'planned' "
        "ELSE 'accepted' END",
        "to": "'+1419' || (number %% 100000)",
        "next_attempt_at": f"CASE WHEN number <= {DUE} THEN %(now)s ELSE {later} END",
        "accepted_at": "%(now)s - number * interval '1 second'",
    }
    columns = [str(one.column) for one in Message._meta.concrete_fields if not one.generated]
    values = ", ".join(differs.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema}")
        cursor.execute(f"CREATE TABLE {schema}.{TABLE} (LIKE public.{TABLE} INCLUDING ALL)")
        cursor.execute(
            f"INSERT INTO {schema}.{TABLE} ({names}) SELECT {values} "
            f"FROM (SELECT * FROM public.{TABLE} WHERE id = {model.pk}) AS model, "
            "generate_series(1, %(size)s) AS number",
            {"size": size, "now": now},
        )
