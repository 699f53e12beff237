"""A process that ends with the one that started it."""

import ctypes
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def _end_with_parent(with_signal: int) -> Callable[[], None] | None:
    """Linux can signal a child when the thread that started it dies, `kill -9` included."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, with_signal)


def end_with_parent() -> None:
    """The same for this process, where another library started it."""
    if ask := _end_with_parent(signal.SIGTERM):
        ask()
