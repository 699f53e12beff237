"""Runs of pytest in a copy of the tree, and what their last lines tell."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

LONGEST = 600
_FAILED = re.compile(r"^FAILED (\S+::.+?)(?: - (.*))?$", re.MULTILINE)
_BRIEFLY = ["-q", "--tb=line", "-p", "no:cacheprovider"]


class End(Enum):
    PASSED = "passed"
    FAILED = "failed"
    NO_TESTS = "found no test"
    BROKEN = "did not run"
    HUNG = f"gave no answer in {LONGEST} s"


@dataclass(frozen=True, slots=True)
class Run:
    """How a run ended; `failed` is the first test that failed, `reason` why."""

    end: End
    failed: str
    reason: str
    seconds: float
    said: str


# Several processes that stop at the first failure are interrupted, pytest says.
_ENDS = {0: End.PASSED, 1: End.FAILED, 2: End.FAILED, 5: End.NO_TESTS}


def run(tree: Path, environment: Mapping[str, str], arguments: Sequence[str]) -> Run:
    """pytest in that folder, for ten minutes at most."""
    began = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-m", "pytest", *_BRIEFLY, *arguments],
        cwd=tree,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = child.communicate(timeout=LONGEST)
        end = _ENDS.get(child.returncode, End.BROKEN)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        said, _ = child.communicate()
        end = End.HUNG
    seconds = time.monotonic() - began
    first = _FAILED.search(said)
    # Where no test failed, a module or a fixture could not be made, which proves nothing.
    if end is End.FAILED and first is None:
        end = End.BROKEN
    failed, reason = first.groups(default="") if first else ("", "")
    return Run(end, failed, reason, seconds, said)


def collected(tree: Path, environment: Mapping[str, str], arguments: Sequence[str]) -> set[str]:
    """pytest's names of the tests it would run, without their parameters."""
    found = run(tree, environment, ["--collect-only", *arguments])
    lines = found.said.splitlines()
    return {line.partition("[")[0] for line in lines if re.match(r"\S+\.py::", line)}
