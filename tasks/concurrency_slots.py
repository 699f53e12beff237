"""How many of a worker's processes one channel may keep busy: all but one.

A mail server that hangs keeps each process that talks to it for a quarter of a minute a mail. The
one that mail can't have goes on sending texts at once, and the other way round.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from socket import gethostname
from typing import Any

from celery.signals import worker_init

from scheduler.transactions.concurrency import one_slot_of


class _Worker:
    """What the processes of a worker inherit from it."""

    processes = 1


@worker_init.connect
def _count_processes(sender: Any, **_: object) -> None:
    _Worker.processes = sender.concurrency


@contextmanager
def concurrency_slot(channel: str) -> Iterator[bool]:
    """One of the slots that this worker has for the channel; False where all are taken."""
    worker = f"{gethostname()} {os.getppid()}"
    with one_slot_of(max(1, _Worker.processes - 1), "channel", worker, channel) as ours:
        yield ours
