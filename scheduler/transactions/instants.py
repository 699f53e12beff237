"""Instants as PostgreSQL writes them, read at a tenth of the cost: a page reads hundreds."""

from datetime import UTC, datetime

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.psycopg_any import BaseTzLoader
from psycopg.abc import Buffer


class InstantLoader(BaseTzLoader):  # type: ignore[misc]
    """Django's loader, which is asked only for what Python does not read by itself, such as
    infinity or a year before Christ."""

    timezone = UTC

    def load(self, data: Buffer) -> datetime:
        try:
            return datetime.fromisoformat(str(data, "ascii")).astimezone(UTC)
        except ValueError:
            found: datetime = super().load(data)
            return found


def read_quickly(connection: BaseDatabaseWrapper, **_: object) -> None:
    """For Django's `connection_created`."""
    connection.connection.adapters.register_loader("timestamptz", InstantLoader)
