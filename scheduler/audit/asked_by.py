"""Who asks for what is being done: the person on the staff, and the internet address."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AskedBy:
    """Of the current request; outside of one nothing is known. `user` is the id of who is signed
    in, `ip` the address it came from, `by_api` whether a program asks."""

    user: int | None = None
    ip: str | None = None
    by_api: bool = False


_asked_by: ContextVar[Callable[[], AskedBy] | None] = ContextVar("asked_by", default=None)


@contextmanager
def know_asker(find: Callable[[], AskedBy]) -> Iterator[None]:
    """While the block lasts `find` tells, if anybody wants to know."""
    token = _asked_by.set(find)
    try:
        yield
    finally:
        _asked_by.reset(token)


def asked_by() -> AskedBy:
    find = _asked_by.get()
    return find() if find else AskedBy()
