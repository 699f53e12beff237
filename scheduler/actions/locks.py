"""Advisory locks, held to the end of the transaction and always taken in one order; and places.

Bookings hold the provider's lock shared; whatever moves a visit or closes hours holds it
exclusively. Locks are taken by class, lowest first, and within a class by id, so that no two
transactions wait for each other.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from enum import IntEnum
from hashlib import blake2b

from django.db import connection


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


def _take(function: str, keys: Iterable[tuple[Lock, int]]) -> None:
    ordered = sorted(set(keys))
    if not ordered:
        return
    calls = ", ".join(f"{function}(%s, %s)" for _ in ordered)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", [int(part) for key in ordered for part in key])


def exclusive(*keys: tuple[Lock, int]) -> None:
    _take("pg_advisory_xact_lock", keys)


def shared(*keys: tuple[Lock, int]) -> None:
    _take("pg_advisory_xact_lock_shared", keys)


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
