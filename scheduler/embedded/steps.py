"""The steps of a start while they go on: a moving bar each on a terminal, else plain lines."""

import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from scheduler.embedded.process import EmbeddedError, Process


def say(line: str) -> None:
    """To the terminal, which may be gone."""
    with suppress(OSError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


@contextmanager
def step(name: str) -> Iterator[None]:
    """One step: done when the block ends without an error."""
    with _shown([name]) as done:
        yield
        done(name)


def side_by_side(processes: Mapping[str, Process], stopping: threading.Event) -> None:
    """Runs `processes`, named by what they do, to their ends or until `stopping` is set.

    Raises EmbeddedError with the last lines of one that failed. None is left running.
    """
    waiting = dict(processes)
    try:
        with _shown(processes) as done:
            for process in processes.values():
                process.start()
            while waiting and not stopping.wait(0.05):
                for name in [name for name, one in waiting.items() if one.exit_code() is not None]:
                    process = waiting.pop(name)
                    if process.exit_code():
                        raise EmbeddedError(f"{name} failed:\n{process.last_lines()}")
                    done(name)
    finally:
        for process in processes.values():
            process.stop()


@contextmanager
def _shown(names: Iterable[str]) -> Iterator[Callable[[str], None]]:
    """Shows that `names` go on; what it gives says that one is done, and how long it took."""
    began = time.monotonic()
    columns = (BarColumn(12), TextColumn("{task.description}"), TimeElapsedColumn())
    bars = Progress(*columns, transient=True, disable=not sys.stdout.isatty())
    tasks = {name: bars.add_task(name, total=None) for name in names}
    if bars.disable:
        for name in tasks:
            say(f"{name} …")

    def done(name: str) -> None:
        bars.update(tasks[name], visible=False)
        say(f"{name}: done in {time.monotonic() - began:.1f} s")

    with bars:
        yield done
