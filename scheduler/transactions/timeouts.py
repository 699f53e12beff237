"""What every connection to PostgreSQL begins with: how long it waits, and a watch on its locks;
and what it means when a wait was too long.

The limits are set by a statement, not by options of the connection: poolers pass those on to
nobody. `web` has people waiting, `worker` has not, and a `command` is somebody's deliberate act.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any

from django.db import InterfaceError, InternalError, OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from scheduler.transactions.lock_order import watch


@dataclass(frozen=True, slots=True)
class Limits:
    """For one lock, for one statement, and between two statements of a transaction. Zero: none."""

    lock: timedelta
    statement: timedelta
    idle: timedelta

    def as_settings(self) -> dict[str, str]:
        return {
            "lock_timeout": _milliseconds(self.lock),
            "statement_timeout": _milliseconds(self.statement),
            "idle_in_transaction_session_timeout": _milliseconds(self.idle),
        }


def _milliseconds(span: timedelta) -> str:
    return str(int(span.total_seconds() * 1000))


def _limits(lock: float, statement: float, idle: float) -> Limits:
    return Limits(*(timedelta(seconds=one) for one in (lock, statement, idle)))


WEB = _limits(lock=3, statement=10, idle=15)
WORKER = _limits(lock=5, statement=30, idle=60)
# Migrations, imports and exports look at everything there is; even they don't wait for ever.
COMMAND = _limits(lock=30, statement=0, idle=900)
# Within a page or a task: a purge, or a file of all there is.
LONG = _limits(lock=5, statement=300, idle=300)
# Whoever asks whether the database is stuck wants to know now.
PROBE = _limits(lock=0.5, statement=1, idle=5)


# A server process that works for somebody who was killed finds out by then, and ends.
GONE_AFTER = timedelta(seconds=1)

# After a lock was waited for in vain the others need not find out as slowly: threads that wait for
# the same lock would be missing to everybody else.
HASTY = timedelta(seconds=0.25)
HASTE_LASTS = 5.0


class _Process:
    limits = WEB
    hasty_until = 0.0


def use(limits: Limits) -> None:
    """Give the connections that this process opens from now on these limits."""
    _Process.limits = limits


def set_up(connection: BaseDatabaseWrapper, **_: object) -> None:
    """For Django's `connection_created`."""
    if connection.vendor != "postgresql":
        return
    if watch not in connection.execute_wrappers:
        # First: whoever wraps for a while, as the audit trail does around a request that may open
        # the connection, takes the last one away afterwards.
        connection.execute_wrappers.insert(0, watch)
    limits = _Process.limits.as_settings()
    gone = {"client_connection_check_interval": _milliseconds(GONE_AFTER)}
    _set(connection, limits | gone, local=False)
    connection.lock_timeout = limits["lock_timeout"]  # type: ignore[attr-defined]


def struck() -> None:
    """A request of this process has waited for a lock in vain."""
    _Process.hasty_until = monotonic() + HASTE_LASTS


def match_pace() -> None:
    """Wait for locks shortly while they are waited for in vain, and as ever before and after; for
    the begin of a request. A statement only where that changes."""
    hasty = monotonic() < _Process.hasty_until
    wanted = _milliseconds(HASTY if hasty else _Process.limits.lock)
    if connection.connection is None or connection.in_atomic_block:
        return
    if getattr(connection, "lock_timeout", wanted) != wanted:
        _set(connection, {"lock_timeout": wanted}, local=False)
        connection.lock_timeout = wanted  # type: ignore[attr-defined]


@contextmanager
def within(limits: Limits) -> Iterator[None]:
    """One transaction under other limits than the process has."""
    with transaction.atomic():
        _set(connection, limits.as_settings(), local=True)
        yield


_WHY = {
    "55P03": "lock",
    "57014": "statement",
    "25P03": "idle",
    "40P01": "deadlock",
}


def why_away(error: BaseException | None) -> str:
    """Why PostgreSQL did not do its part, so that whoever asks again is served: `lock`,
    `statement` or `idle` for a limit that struck, `deadlock`, else `away`. Empty for other errors.
    """
    if not isinstance(error, InterfaceError | InternalError | OperationalError):
        return ""
    known = _WHY.get(getattr(error.__cause__, "sqlstate", None) or "")
    return known or ("" if isinstance(error, InternalError) else "away")


def _set(connection: Any, values: Mapping[str, str], *, local: bool) -> None:
    calls = ", ".join("set_config(%s, %s, %s)" for _ in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {calls}",
            [part for name, value in values.items() for part in (name, value, local)],
        )
