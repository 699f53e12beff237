"""The product as processes: what a test starts, it sees end."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from scheduler.embedded.process import wait_until
from tests.services import ROOT

# What a clone doesn't bring, and what belongs to the machine it was made on. What Python compiled
# is lent, as the packages are: to compile it all again takes seconds.
NOT_CLONED = shutil.ignore_patterns(
    ".git", ".venv", ".data", ".env", "node_modules", ".*_cache", "*.mo", "build", "staticfiles",
)  # fmt: skip


def clone(into: Path) -> Path:
    """A copy of the tree as git would give it, with the packages already there."""
    shutil.copytree(ROOT, into, ignore=NOT_CLONED, symlinks=True)
    (into / ".venv").symlink_to(Path(sys.prefix))
    if (ROOT / "node_modules" / "built").exists():
        _lend_node_modules(into)
    return into


def _lend_node_modules(into: Path) -> None:
    """The packages as links and make's two stamps as copies, so that a build here stays here."""
    (into / "node_modules").mkdir()
    for entry in (ROOT / "node_modules").iterdir():
        here = into / "node_modules" / entry.name
        if entry.is_dir():
            here.symlink_to(entry)
        else:
            shutil.copy2(entry, here)
    built = Path("scheduler") / "pages" / "static" / "build"
    shutil.copytree(ROOT / built, into / built)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def status(url: str, host: str = "") -> int:
    """The HTTP status of `url`; 0 when nobody answers."""
    request = urllib.request.Request(url, headers={"Host": host} if host else {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


class Terminal:
    """A command in a terminal of its own (a session, so that it can be interrupted as a group)."""

    def __init__(
        self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path
    ) -> None:
        self._log = log
        with log.open("wb") as output:
            self._child = subprocess.Popen(
                command, cwd=cwd, env=env, stdout=output, stderr=output, start_new_session=True
            )
        self._family: dict[int, psutil.Process] = {}

    @property
    def pid(self) -> int:
        return self._child.pid

    def said(self) -> str:
        return self._log.read_text(errors="replace")

    def has_ended(self) -> bool:
        return self._child.poll() is not None

    def says(self, words: str, *, seconds: float) -> bool:
        """Whether `words` are printed within `seconds`; False at once when it ends without."""
        wait_until(lambda: words in self.said() or self.has_ended(), seconds=seconds)
        return words in self.said()

    def family(self) -> list[psutil.Process]:
        """Everything that descends from it, now or at an earlier call."""
        for process in psutil.Process(self.pid).children(recursive=True):
            self._family[process.pid] = process
        return [process for process in self._family.values() if process.is_running()]

    def interrupt(self) -> None:
        """Ctrl-C: the terminal signals the whole group in its foreground."""
        os.killpg(self.pid, signal.SIGINT)

    def wait(self, seconds: float) -> int:
        return self._child.wait(seconds)

    def left(self, seconds: float = 5) -> list[psutil.Process]:
        """Those of the family that are alive `seconds` later."""
        _, alive = psutil.wait_procs(list(self._family.values()), timeout=seconds)
        return list(alive)

    def end(self) -> None:
        """For the end of a test, however it went."""
        if not self.has_ended():
            self.family()
            self._child.terminate()
            try:
                self._child.wait(60)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
        for process in self.left(0):
            process.kill()
