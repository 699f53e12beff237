"""Locks, held to the end of the transaction and taken in one order (`lock_order`).

Bookings hold the provider's lock shared; whatever moves a visit or closes hours holds it
exclusively. Advisory locks come first, by class, lowest first, and within a class by id; then rows.
So no two transactions wait for each other.
"""

from datetime import date
from enum import IntEnum
from hashlib import blake2b

from django.db import connection

from scheduler.transactions import lock_order


class Lock(IntEnum):
    IDEMPOTENCY = 0
    CONTACT = 1
    NETWORK = 2
    PROVIDER = 3
    ROOM = 4
    PATIENT = 5
    DAY = 6
    CONCURRENCY_SLOT = 7


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
