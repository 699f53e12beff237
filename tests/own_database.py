"""A database of one's own beside the one that a worker's tests share, seen by processes, which a
test's transaction is not; copied from a loaded template, so that it costs a fraction of a second.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from tests import template


@contextmanager
def own_database(server: str | None = None) -> Iterator[str]:
    """The address of a database with the small clinic in it, dropped afterwards.

    `server` is the address of an empty database on a server of one's own, which is filled instead.
    """
    if server is not None:
        template.load_small_clinic(server)
        yield server
        return
    with template.database("small_clinic") as name:
        yield template.address(name)
