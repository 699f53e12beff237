"""One order of locks, watched while transactions run: two that wait for each other would deadlock.

Advisory locks come first, sorted by class and id; rows are locked after them, never before. What a
transaction holds is known here, so that one which asks in another order is found the first time it
runs, not the one time in twenty that somebody else is in its way.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.conf import settings
from django.db import connection
from django.db.transaction import Atomic
from prometheus_client import Counter

log = structlog.get_logger(__name__)
broken = Counter("scheduler_locks_out_of_order", "Locks that were asked for in the wrong order.")

Key = tuple[int, int]
"""(class, id) of an advisory lock."""


class OutOfOrder(Exception):
    """A lock is asked for that should have come before one that is held."""


@dataclass(slots=True)
class _Held:
    """What one transaction has: its keys, whether each is exclusive, and its first locked rows."""

    transaction: Atomic | None = None
    keys: dict[Key, bool] = field(default_factory=dict)
    rows: str = ""


class _OfThread(threading.local):
    """A thread has one connection, and so one transaction at a time."""

    held = _Held()


_mine = _OfThread()


def transaction_open() -> bool:
    """Whether a transaction runs; the one that a test wraps around itself is none."""
    return _outermost() is not None


def still_to_take(keys: Sequence[Key], *, exclusive: bool) -> list[Key]:
    """The keys that are not held yet, sorted; they count as held from now on.

    Out of order they are refused in tests and on a developer's machine, and taken but logged where
    patients would feel it.
    """
    held = _held()
    wanted = sorted(
        key for key in set(keys) if key not in held.keys or (exclusive and not held.keys[key])
    )
    if wanted and (why := _whats_wrong(held, wanted[0])):
        _complain(why)
    held.keys.update(dict.fromkeys(wanted, exclusive))
    return wanted


def holds(key: Key, *, exclusive: bool) -> bool:
    """Whether the transaction that runs has this key, exclusively where that is asked."""
    kept = _held().keys.get(key)
    return kept is not None and (kept or not exclusive)


def refuse_transaction(what: str) -> None:
    """For what has to commit by itself: its caller must not hold a transaction open."""
    if transaction_open():
        _complain(f"{what} inside a transaction")


def watch(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """An execute wrapper that notes a transaction's first statement that locks rows."""
    if isinstance(sql, str) and _locks_rows(sql):
        held = _held()
        held.rows = held.rows or " ".join(sql.split()[:3])
    return execute(sql, params, many, context)


def _locks_rows(sql: str) -> bool:
    return (
        sql.lstrip()[:7] in {"UPDATE ", "DELETE "}
        or " FOR UPDATE" in sql
        or " FOR NO KEY UPDATE" in sql
    )


def _whats_wrong(held: _Held, first: Key) -> str:
    if held.transaction is None:
        return f"{first} without a transaction, which would keep it"
    if held.rows:
        return f"{first} after rows: {held.rows}"
    if held.keys and max(held.keys) >= first:
        return f"{first} after {max(held.keys)}"
    return ""


def _complain(why: str) -> None:
    if settings.STRICT_LOCK_ORDER:
        raise OutOfOrder(why)
    broken.inc()
    log.error("lock out of order", why=why, stack_info=True)


def _held() -> _Held:
    """What the transaction that runs has; outside of one nothing lasts."""
    outermost = _outermost()
    if outermost is None or _mine.held.transaction is not outermost:
        _mine.held = _Held(outermost)
    return _mine.held


def _outermost() -> Atomic | None:
    ours = (one for one in connection.atomic_blocks if not getattr(one, "_from_testcase", False))
    return next(ours, None)
