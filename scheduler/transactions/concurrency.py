"""At most so many at once, over all processes."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from scheduler.transactions.locks import Lock, key_of


@contextmanager
def one_slot_of(slots: int, *name: object) -> Iterator[bool]:
    """Hold one of so many slots of this name for the block; False where all of them are taken.

    The connection holds it, across transactions: a process that dies gives its slot up.
    """
    keys = [key_of(*name, number) for number in range(slots)]
    held = next((key for key in keys if _ask("pg_try_advisory_lock", key)), None)
    try:
        yield held is not None
    finally:
        if held is not None:
            _ask("pg_advisory_unlock", held)


def _ask(function: str, key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [int(Lock.CONCURRENCY_SLOT), key])
        return bool(cursor.fetchone()[0])
