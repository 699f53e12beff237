"""A fault: a statement that breaks one row, and the check that must find it."""

from typing import NamedTuple

from scheduler.messaging.models import Message


class Planted(NamedTuple):
    """`check` must find the row that World calls `row`, or the one that `sql` returns the id of.

    `unseen`: no trigger keeps the audit log or says no.
    """

    check: str
    row: str
    sql: str
    unseen: bool = False

    def __str__(self) -> str:
        return self.check


OF_VISIT = "UPDATE scheduler_appointment SET {} WHERE id = %(id)s"
_COLUMNS = [f'"{one.column}"' for one in Message._meta.concrete_fields if not one.generated]
MESSAGE_LIKE_IT = f"""
    INSERT INTO scheduler_message ({", ".join(_COLUMNS)})
    SELECT {", ".join(f"(row).{column}" for column in _COLUMNS)} FROM (
        SELECT jsonb_populate_record(message, jsonb_build_object(
                   'id', nextval('scheduler_message_id_seq'), 'public_id', gen_random_uuid(),
                   {{changes}})) AS row
          FROM scheduler_message AS message WHERE {{which}} = %(id)s LIMIT 1) AS made
    RETURNING id
"""
# No copy that lets two overlap can be made while the database keeps them apart.
UNGUARDED = """
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE scheduler_appointment DROP CONSTRAINT {};
"""


def of(table: str, check: str, row: str, changes: str) -> Planted:
    """`changes` to the row itself; the table goes without the "scheduler_" in front."""
    return Planted(check, row, f"UPDATE scheduler_{table} SET {changes} WHERE id = %(id)s")


def of_visit(check: str, row: str, changes: str) -> Planted:
    return of("appointment", check, row, changes)


def of_message(check: str, row: str, changes: str) -> Planted:
    return of("message", check, row, changes)
