"""Two connections and no luck: what one of them does while the other waits for its lock."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from scheduler.embedded.process import wait_until

T = TypeVar("T")
_WAITING = (
    "select count(*) from pg_stat_activity where datname = current_database() "
    "and wait_event_type = 'Lock'"
)


@contextmanager
def rival(*statements: tuple[str, Any]) -> Iterator[BaseDatabaseWrapper]:
    """Another connection with a transaction that has done these statements; it commits at the end
    of the block. Only for tests whose rows are committed."""
    other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            for sql, values in statements:
                cursor.execute(sql, values)
        yield other
        other.commit()
    finally:
        other.close()


@contextmanager
def waiting(act: Callable[[], T]) -> Iterator[Future[T]]:
    """`act` in a thread, which waits for a lock as the block begins; ended after the block."""
    with ThreadPoolExecutor(1) as pool:
        ending = pool.submit(on_its_own_connection, act)
        assert wait_until(lambda: ending.done() or somebody_waits(), seconds=20, every=0.02)
        assert not ending.done(), ending.result()
        yield ending


def meanwhile(statement: str, *values: object, act: Callable[[], T]) -> T:
    """What `act` returns or raises when the statement, of somebody else, is under way as it begins
    and commits while it waits."""
    with rival((statement, values)) as other, waiting(act) as ending:
        other.commit()
        return ending.result(timeout=20)


def somebody_waits() -> bool:
    """Whether a connection of this database waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        return bool(cursor.fetchone()[0])


def on_its_own_connection(act: Callable[[], T]) -> T:
    """For a thread: its connection is closed with it."""
    try:
        return act()
    finally:
        connections.close_all()
