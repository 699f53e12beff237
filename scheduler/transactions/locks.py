"""Locks, held to the end of the transaction and taken in one order (`lock_order`); and places.

Bookings hold the provider's lock shared; whatever moves a visit or closes hours holds it
exclusively. Advisory locks come first, by class, lowest first, and within a class by id; then rows.
So no two transactions wait for each other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from enum import IntEnum
from hashlib import blake2b
from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.db.models import Model, QuerySet

from scheduler.actions import lock_order

Row = TypeVar("Row", bound=Model)


class RowGone(ObjectDoesNotExist):
    """Who asked saw the row, and somebody deleted it before it could be locked: there is nothing
    to do any more, which every edge answers with its 404."""


class Lock(IntEnum):
    IDEMPOTENCY = 0
    CONTACT = 1
    NETWORK = 2
    PROVIDER = 3
    ROOM = 4
    PATIENT = 5
    DAY = 6
    PLACE = 7


def key_of(*parts: object) -> int:
    """A stable 31-bit lock id for anything that is not a row."""
    digest = blake2b("|".join(map(str, parts)).encode(), digest_size=4).digest()
    return int.from_bytes(digest) & 0x7FFFFFFF


def day_key(provider_id: int, day: date) -> int:
    return key_of(provider_id, day.isoformat())


def exclusive(*keys: tuple[Lock, int]) -> None:
    _take("pg_advisory_xact_lock", lock_order.still_to_take(keys, exclusive=True))


def shared(*keys: tuple[Lock, int]) -> None:
    _take("pg_advisory_xact_lock_shared", lock_order.still_to_take(keys, exclusive=False))


def _take(function: str, keys: list[lock_order.Key]) -> None:
    if not keys:
        return
    calls = ", ".join(f"{function}(%s, %s)" for _ in keys)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", [int(part) for key in keys for part in key])


def lock_row(rows: QuerySet[Row], pk: int) -> Row:
    """The row with this key as it is now, and stays until the transaction ends.

    What `rows` joins is read after the lock is had. In one statement PostgreSQL would look the
    locked row up again beside the joined rows of before the wait: where it points elsewhere
    meanwhile it would be found by nobody, or without what it points to. Raises RowGone.
    """
    alone = rows.select_related(None).select_for_update(no_key=True)
    try:
        if not rows.query.select_related:
            return alone.get(pk=pk)
        alone.values_list("pk", flat=True).get(pk=pk)
        return rows.get(pk=pk)
    except ObjectDoesNotExist as error:
        raise RowGone from error


def lock_rows(rows: QuerySet[Row]) -> list[Row]:
    """The same for all of these, locked in the order of their keys."""
    alone = rows.select_related(None).only("pk").order_by("pk")
    keys = [row.pk for row in alone.select_for_update(of=("self",), no_key=True)]
    return list(rows.filter(pk__in=keys))


@contextmanager
def one_of(places: int, *name: object) -> Iterator[bool]:
    """Hold one of so many places of this name for the block; False where all of them are taken.

    The connection holds it, across transactions: a process that dies gives its place up.
    """
    keys = [key_of(*name, number) for number in range(places)]
    held = next((key for key in keys if _ask("pg_try_advisory_lock", key)), None)
    try:
        yield held is not None
    finally:
        if held is not None:
            _ask("pg_advisory_unlock", held)


def _ask(function: str, key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [int(Lock.PLACE), key])
        return bool(cursor.fetchone()[0])
