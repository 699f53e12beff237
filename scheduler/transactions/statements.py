"""SQL of our own, run with the values beside it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from itertools import islice
from typing import Any, NamedTuple, Self, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model
from psycopg import ClientCursor, Cursor

Row = tuple[Any, ...]


class _Logged(NamedTuple):
    query: bytes


class _Planned(Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        found = super().execute(query, params, prepare=True, **options)
        if connection.queries_logged:
            # Where Django looks for what it logs; this kind of cursor has no values in it.
            as_sent = ClientCursor(self.connection).mogrify(query, params)
            self._query = _Logged(as_sent.encode())  # type: ignore[assignment]
        return found


Whole = TypeVar("Whole", bound=Model)


def fetch_rows(statement: str, values: dict[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[Row] = cursor.fetchall()
        return found


def fetch_planned(statement: str, values: dict[str, Any]) -> list[Row]:
    """The same of a statement that is run all day long: a connection plans it once.

    Where planning takes longer than the work, as with a join of many tables by their keys. The
    values' types must be known from the statement.
    """
    with planned_cursor() as cursor:
        cursor.execute(statement, values)
        found: list[Row] = cursor.fetchall()
        return found


def change_planned(statement: str, values: dict[str, Any]) -> int:
    """How many rows it changed; planned as `fetch_planned` does, in the caller's transaction, where
    alone the audit log learns who changes something by such a statement."""
    with planned_cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


@contextmanager
def planned_cursor() -> Iterator[Any]:
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    raw = connection.connection
    # Nothing is planned once by itself: that is for whoever asks.
    raw.prepare_threshold = sys.maxsize
    with connection._prepare_cursor(_Planned(raw)) as cursor:  # type: ignore[attr-defined]
        yield cursor


def change_rows(statement: str, values: dict[str, Any]) -> int:
    """How many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def change_row(model: type[Whole], statement: str, values: dict[str, Any]) -> Whole | None:
    """The one row that a statement changes and returns by its `{columns}`; None where there was
    none to change."""
    found = fetch_rows(statement.format(columns=columns_of(model, model._meta.db_table)), values)
    return take_row(model, iter(found[0])) if found else None


def columns_of(model: type[Model], name: str) -> str:
    """All columns of the table that a statement calls `name`, for `take_row` to take again."""
    return ", ".join(f'{name}."{field.column}"' for field in model._meta.concrete_fields)


def take_row(model: type[Whole], values: Iterator[Any]) -> Whole | None:
    """The next of the values as a row of this table; None where nothing was joined."""
    names, converters = _names(model), _converters(model)
    found = list(islice(values, len(names)))
    if found[0] is None:
        return None
    for number, convert in converters:
        found[number] = convert(found[number])
    return model.from_db(DEFAULT_DB_ALIAS, names, found)


@cache
def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _converters(model: type[Model]) -> list[tuple[int, Callable[[Any], Any]]]:
    """The places of the columns that Python knows as something else than psycopg does."""
    return [
        (number, partial(convert, expression=field.cached_col, connection=connection))
        for number, field in enumerate(model._meta.concrete_fields)
        for convert in field.get_db_converters(connection)
    ]
