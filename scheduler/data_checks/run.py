"""Run checks over the database as it is at one moment, without being able to change it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from scheduler.data_checks.check import Check

MOST_NAMED = 100
_COUNTED = """
    SELECT found.*, count(*) OVER () FROM ({sql}) AS found (place, id, detail)
     ORDER BY place, length(id), id LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One row that is wrong. `detail` may be empty."""

    check: Check
    table: str
    id: str
    detail: str

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return (
            f"{self.table} {self.id}: {self.check.wrong}{detail}; "
            f"expected: {self.check.expected}. [{self.check.name}]"
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many rows a check found wrong, and the first of them."""

    check: Check
    count: int
    findings: list[Finding]


def run(checks: Iterable[Check], *, now: datetime, most: int = MOST_NAMED) -> list[Outcome]:
    """What each check finds, at most `most` rows of each by name, all as of one moment."""
    with _reading():
        return [_carry_out(check, now, most) for check in checks]


def _carry_out(check: Check, now: datetime, most: int) -> Outcome:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED.format(sql=check.sql), {"now": now, "most": most})
        found = cursor.fetchall()
    count = found[0][3] if found else 0
    return Outcome(check, count, [Finding(check, *row[:3]) for row in found])


@contextmanager
def _reading() -> Iterator[None]:
    """A transaction that can't write; inside another one, a part of it that can't."""
    begins = not connection.in_atomic_block
    with transaction.atomic():
        level = "ISOLATION LEVEL REPEATABLE READ, READ ONLY" if begins else "READ ONLY"
        with connection.cursor() as cursor:
            cursor.execute(f"SET TRANSACTION {level}")
        yield
        # Taken back, so that the outer transaction may write again.
        transaction.set_rollback(True)
