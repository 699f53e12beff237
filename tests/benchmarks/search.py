"""Finding a patient among 200,000 while somebody types, against a look-up by primary key."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import connection

from scheduler.frontdesk.find_patients import find_patients, statement, terms_of
from scheduler.patients.models import Patient
from tests.benchmarks import world
from tests.benchmarks.report import Row
from tests.benchmarks.rounds import Rates, alternate

PART = "search"
SIZE = 200_000
SEARCHES = 200
ROUNDS = 7
OF_A_LOOK_UP = 3
LOOK_UP = "look-up"
CASES = {
    "the beginning of a name": "garc",
    "first and last name": "ana garcia",
    "last name and an initial": "garcia a",
    "the end of a phone number": "55123",
    "a birth date": "3/9/1958",
    "a name and a phone number": "garcia 5512",
}
# 400 first and 500 last names: every last name is that of 400 patients.
_NAMES = """
    INSERT INTO scheduler_patient (name, folded_name, date_of_birth, phone, email, language,
                                   possible_duplicate, created_at)
    SELECT initcap(folded), folded, date '1930-01-01' + number * 7919 %% 27000,
           '+1419' || lpad((number * 7907 %% 10000000)::text, 7, '0'), '', 'en', false, %(now)s
      FROM (SELECT number, CASE number %% 400 WHEN 0 THEN 'ana'
                           ELSE left(md5((number %% 400)::text), 4) END
                   || ' ' || CASE number / 400 WHEN 7 THEN 'garcia'
                             ELSE left(md5((number / 400)::text || 'x'), 7) END AS folded
              FROM generate_series(0, %(size)s - 1) AS number) AS made
"""
# What the trigger of each patient does, for all of them at once.
_KEYS = """
    INSERT INTO scheduler_patientkey (patient_id, key)
    SELECT patient.id, found.key
      FROM scheduler_patient AS patient, string_to_array(patient.folded_name, ' ') AS words,
           LATERAL (SELECT words[1] || ' ' || words[2] UNION SELECT words[2] || ' ' || words[1]
                    UNION SELECT right(patient.phone, digits) FROM generate_series(4, 10) AS digits
                    UNION SELECT to_char(patient.date_of_birth, form)
                            FROM unnest(ARRAY['YYYYMMDD', 'MMDDYYYY']) AS form) AS found (key)
"""
_LOOK_UP = """
    SELECT id, name, date_of_birth, phone, possible_duplicate FROM scheduler_patient WHERE id = %s
"""


def measure(*, now: datetime) -> tuple[list[Row], list[str]]:
    world.empty()
    _fill(now)
    user = User(username="desk", is_superuser=True)
    cases: dict[str, Callable[[], float]] = {
        name: _searching(typed, user) for name, typed in CASES.items()
    }
    rates = alternate({LOOK_UP: _looking_up(), **cases}, rounds=ROUNDS)
    keys = ", ".join(f"{typed!r} {_plan(typed, user)}" for typed in CASES.values())
    world.empty()
    return [_row(name, rates) for name in CASES], [f"search: {keys}."]


def _fill(now: datetime) -> None:
    """Without the triggers, which take minutes; the keys must be those that they would make."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_NAMES, {"size": SIZE, "now": now})
        cursor.execute(_KEYS)
        cursor.execute("SET session_replication_role = DEFAULT")
    somebody = Patient.objects.all()[0]
    made = set(somebody.keys.values_list("key", flat=True))
    somebody.save()
    if made != set(somebody.keys.values_list("key", flat=True)):
        raise RuntimeError("the keys are not those of the trigger")
    world.vacuum()


def _row(name: str, rates: Rates) -> Row:
    return Row(
        PART,
        f"{name}, {SIZE:,} patients",
        f"{1000 / rates.median(name):.2f} ms",
        f"a row by its primary key {1000 / rates.median(LOOK_UP):.2f} ms",
        # Rates compare the other way round than times.
        1 / rates.ratio(name, LOOK_UP),
        OF_A_LOOK_UP,
        at_most=True,
    )


def _searching(typed: str, user: User) -> Callable[[], float]:
    def run() -> float:
        started = time.perf_counter()
        for _ in range(SEARCHES):
            if not find_patients(typed, user):
                raise RuntimeError(f"nobody was found by {typed!r}")
        return SEARCHES / (time.perf_counter() - started)

    return run


def _looking_up() -> Callable[[], float]:
    """The least that finding a patient can cost: one row, and no model made of it."""

    def run() -> float:
        started = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("SELECT min(id) FROM scheduler_patient")
            first = cursor.fetchone()[0]
        for number in range(SEARCHES):
            with connection.cursor() as cursor:
                cursor.execute(_LOOK_UP, [first + number * 997])
                cursor.fetchone()
        return SEARCHES / (time.perf_counter() - started)

    return run


def _plan(typed: str, user: User) -> str:
    """The indexes of the plan, and how long PostgreSQL itself took."""
    sql, values = statement(terms_of(typed), user, limit=20)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", values)
        plan = cursor.fetchone()[0][0]
    scans = ", ".join(sorted(set(_scans(plan["Plan"]))))
    return f"by {scans} in {plan['Execution Time']:.2f} ms"


def _scans(node: dict[str, Any]) -> list[str]:
    found = [str(node["Index Name"])] if "Index Name" in node else []
    if node["Node Type"] == "Seq Scan":
        found.append("a whole table")
    for child in node.get("Plans", []):
        found += _scans(child)
    return found
