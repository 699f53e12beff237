"""Child processes that end with their owner, and leave nothing behind when they don't."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from scheduler.server.parent import _end_with_parent

# How far apart, in seconds, two readings of one process's start may lie.
SAME_START = 2.0


class EmbeddedError(Exception):
    """Something that a person at the terminal can mend; the text says what and how."""


@dataclass
class Process:
    """A command in a session of its own, so that Ctrl-C reaches its owner and not the child.

    `log` receives both outputs, appended. `run_dir` remembers the process, so that the next start
    can end one whose owner was killed. `user` and `group` are ids to run as; None keeps ours.
    """

    name: str
    command: Sequence[str]
    log: Path
    run_dir: Path
    env: Mapping[str, str] | None = None
    cwd: Path | None = None
    user: int | None = None
    group: int | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 10.0
    child: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.child = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.env,
                cwd=self.cwd,
                user=self.user,
                group=self.group,
                extra_groups=None if self.group is None else [],
                start_new_session=True,
                preexec_fn=_end_with_parent(self.stop_signal),  # noqa: PLW1509 - takes no lock
            )
        _remember(self.run_dir / f"{self.name}.pid", self.child.pid)

    @property
    def pid(self) -> int:
        if self.child is None:
            raise EmbeddedError(f"{self.name} was not started.")
        return self.child.pid

    def exit_code(self) -> int | None:
        """None while it runs."""
        return None if self.child is None else self.child.poll()

    def stop(self) -> None:
        """Asks politely, waits `patience` seconds, then kills its session. May be repeated."""
        if self.child is None:
            return
        if self.child.poll() is None:
            with suppress(ProcessLookupError):
                self.child.send_signal(self.stop_signal)
            # A stopped (frozen) process can't hear a polite request.
            with suppress(ProcessLookupError):
                self.child.send_signal(signal.SIGCONT)
            with suppress(subprocess.TimeoutExpired):
                self.child.wait(self.patience)
        _kill_session(self.child.pid)
        self.child.wait()
        self.child = None
        (self.run_dir / f"{self.name}.pid").unlink(missing_ok=True)

    def last_lines(self, count: int = 15) -> str:
        """The end of its log, for a message to a person."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-count:])


def end_leftovers(run_dir: Path, patience: float = 10.0) -> list[str]:
    """Ends what an owner that was killed left running, and returns the names of it.

    A process is ours only if its number and its start time are the remembered ones: numbers are
    used again.
    """
    found = {path: _remembered(path) for path in sorted(run_dir.glob("*.pid"))}
    alive = {path: process for path, process in found.items() if process is not None}
    for process in alive.values():
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGINT if process.name() == "postgres" else signal.SIGTERM)
            process.send_signal(signal.SIGCONT)
    psutil.wait_procs(alive.values(), timeout=patience)
    for process in alive.values():
        _kill_session(process.pid)
    psutil.wait_procs(alive.values(), timeout=patience)
    for path in found:
        path.unlink(missing_ok=True)
    return [path.stem for path in alive]


def wait_until(ready: Callable[[], bool], *, seconds: float, every: float = 0.02) -> bool:
    """Polls `ready` until it is true; False when `seconds` have passed without it."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def _kill_session(leader: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _remember(path: Path, pid: int) -> None:
    path.write_text(f"{pid} {psutil.Process(pid).create_time():.2f}\n")


def _remembered(path: Path) -> psutil.Process | None:
    try:
        pid, started = path.read_text().split()
        process = psutil.Process(int(pid))
        same = abs(process.create_time() - float(started)) < SAME_START
    except (ValueError, psutil.NoSuchProcess):
        return None
    return process if same and process.status() != psutil.STATUS_ZOMBIE else None
