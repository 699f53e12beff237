"""Somebody else who slips in while a test's own act is under way."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test.utils import override_settings


@contextmanager
def rival_on_our_connection() -> Iterator[None]:
    """What is done within plays another process. Here it shares our connection and so our
    transaction, of which neither it nor the order of locks knows, nor who refuses to nest."""
    open_ones: list[Any] = [
        one for one in connection.atomic_blocks if not getattr(one, "_from_testcase", False)
    ]
    for one in open_ones:
        one._from_testcase = True
    try:
        with override_settings(STRICT_LOCK_ORDER=False):
            yield
    finally:
        for one in open_ones:
            one._from_testcase = False
