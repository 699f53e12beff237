"""A check, and the statement that it is."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What must never be found, as two plain sentences and a statement.

    The statement gives (table, id as text, detail) for each row that is wrong; a detail names
    kinds, states and counts, never a person, a number or an address. `%(now)s` is the moment of the
    check.
    """

    name: str
    wrong: str
    expected: str
    sql: str


def rows(
    name: str,
    table: str,
    *,
    where: str,
    wrong: str,
    expected: str,
    joins: str = "",
    detail: str = "''",
) -> Check:
    """The check that no row of a table is as `where` says; the row goes by the table's name, which
    is without the "scheduler_" in front."""
    sql = f"""
        SELECT 'scheduler_{table}', {table}.id::text, {detail}
          FROM scheduler_{table} AS {table} {joins}
         WHERE {where}
    """
    return Check(name=name, wrong=wrong, expected=expected, sql=sql)


def listed(values: Iterable[str]) -> str:
    """Our own words as a list in SQL: `'booked', 'confirmed'`."""
    return ", ".join(f"'{value}'" for value in sorted(values))
