"""Locks, held to the end of the transaction and taken in one order (`lock_order`).

Bookings hold the provider's lock shared; whatever moves a visit or closes hours holds it
exclusively. Advisory locks come first, by class, lowest first, and within a class by id; then rows.
So no two transactions wait for each other.
"""

from collections.abc import Iterable
from datetime import date
from enum import IntEnum
from hashlib import blake2b

from django.db import connection

from scheduler.transactions import lock_order

_EXCLUSIVE = "pg_advisory_xact_lock"
_SHARED = "pg_advisory_xact_lock_shared"


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


def exclusive(*keys: lock_order.Key) -> None:
    _take(_EXCLUSIVE, lock_order.still_to_take(keys, exclusive=True))


def shared(*keys: lock_order.Key) -> None:
    _take(_SHARED, lock_order.still_to_take(keys, exclusive=False))


def take_locks(*, exclusive: Iterable[lock_order.Key], shared: Iterable[lock_order.Key]) -> None:
    """Both kinds in one statement, in the one order; what is held already is left out."""
    kinds = [(key, True) for key in exclusive] + [(key, False) for key in shared]
    calls, keys = [], []
    for key, is_exclusive in sorted(kinds):
        for wanted in lock_order.still_to_take([key], exclusive=is_exclusive):
            calls.append(_EXCLUSIVE if is_exclusive else _SHARED)
            keys.append(wanted)
    _run(calls, keys)


def held_exclusively(key: lock_order.Key) -> bool:
    """Whether this transaction has the lock to itself."""
    return lock_order.holds(key, exclusive=True)


def _take(function: str, keys: list[lock_order.Key]) -> None:
    _run([function] * len(keys), keys)


def _run(functions: list[str], keys: list[lock_order.Key]) -> None:
    if not keys:
        return
    calls = ", ".join(f"{function}(%s, %s)" for function in functions)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", [int(part) for key in keys for part in key])
