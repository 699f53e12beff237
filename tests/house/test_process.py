"""Children end with their owner, and strangers are left alone."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from scheduler.embedded.process import EmbeddedError, Process, end_leftovers, wait_until

STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(grandchild.pid, flush=True)
time.sleep(600)
"""


def a_process(folder: Path, code: str, patience: float = 10.0) -> Process:
    return Process(
        name="child",
        command=[sys.executable, "-c", code],
        log=folder / "child.log",
        run_dir=folder,
        patience=patience,
    )


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


class TestProcess:
    def test_is_ended_politely(self, tmp_path: Path) -> None:
        polite = "import signal, sys, time\n"
        polite += "signal.signal(signal.SIGTERM, lambda *_: sys.exit(print('bye')))\n"
        polite += "print('ready', flush=True); time.sleep(600)"
        child = a_process(tmp_path, polite)
        child.start()
        assert wait_until(lambda: "ready" in child.last_lines(), seconds=20)
        child.stop()
        assert child.last_lines().splitlines() == ["ready", "bye"]

    def test_is_killed_with_its_own_children_when_it_does_not_listen(self, tmp_path: Path) -> None:
        child = a_process(tmp_path, STUBBORN, patience=0.2)
        child.start()
        assert wait_until(lambda: child.last_lines().strip().isdigit(), seconds=20)
        pids = [child.pid, int(child.last_lines())]
        child.stop()
        assert wait_until(lambda: all(map(is_gone, pids)), seconds=10)

    def test_does_not_hear_the_terminals_interrupt(self, tmp_path: Path) -> None:
        child = a_process(tmp_path, "import time; time.sleep(600)")
        child.start()
        try:
            assert os.getpgid(child.pid) != os.getpgid(0)
            assert os.getsid(child.pid) != os.getsid(0)
        finally:
            child.stop()

    def test_reports_how_it_ended(self, tmp_path: Path) -> None:
        child = a_process(tmp_path, "raise SystemExit(3)")
        child.start()
        assert wait_until(lambda: child.exit_code() is not None, seconds=20)
        assert child.exit_code() == 3
        child.stop()

    def test_that_was_not_started_has_no_number(self, tmp_path: Path) -> None:
        with pytest.raises(EmbeddedError, match="child was not started"):
            a_process(tmp_path, "").pid  # noqa: B018


class TestLeftovers:
    def test_are_ended(self, tmp_path: Path) -> None:
        child = a_process(tmp_path, "import time; time.sleep(600)")
        child.start()
        pid = child.pid
        assert end_leftovers(tmp_path) == ["child"]
        assert is_gone(pid)
        child.stop()

    def test_are_not_confused_with_a_stranger_of_the_same_number(self, tmp_path: Path) -> None:
        stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        try:
            (tmp_path / "child.pid").write_text(f"{stranger.pid} 1000000000.00\n")
            assert end_leftovers(tmp_path) == []
            assert stranger.poll() is None
            assert not (tmp_path / "child.pid").exists()
        finally:
            stranger.send_signal(signal.SIGKILL)
            stranger.wait()

    def test_of_a_note_that_was_cut_short_are_nobody(self, tmp_path: Path) -> None:
        (tmp_path / "child.pid").write_text("12")
        assert end_leftovers(tmp_path) == []
