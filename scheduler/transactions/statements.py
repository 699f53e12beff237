"""SQL of our own, run with the values beside it."""

from typing import Any

from django.db import connection

Row = tuple[Any, ...]


def fetch_rows(statement: str, values: dict[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[Row] = cursor.fetchall()
        return found
