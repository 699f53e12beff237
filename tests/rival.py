"""Somebody else who slips in while a test's own act is under way."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.test.utils import override_settings


@contextmanager
def rival() -> Iterator[None]:
    """What is done within plays another process. Here it shares our connection and so our
    transaction, of which neither it nor the order of locks knows."""
    with override_settings(STRICT_LOCK_ORDER=False):
        yield
