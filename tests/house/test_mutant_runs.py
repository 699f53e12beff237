"""What `make mutants` makes of a run of pytest: caught, survived, or no proof of anything."""

import os
from pathlib import Path

import pytest

from tests.mutants.runs import End, run

pytestmark = pytest.mark.process
ALONE, BOTH_CORES = ["-p", "no:xdist"], ["-n", "2"]
FAILS = "def test_one(): pass\ndef test_two(): assert 1 == 2, 'broken'\ndef test_three(): pass\n"


def run_with(tree: Path, words: str, arguments: list[str]) -> tuple[End, str]:
    (tree / "test_it.py").write_text(words, "utf-8")
    # No settings: the tree has no product.
    found = run(tree, {"PATH": os.environ["PATH"]}, ["-x", *arguments])
    return found.end, found.failed


@pytest.mark.parametrize("arguments", [ALONE, BOTH_CORES], ids=["alone", "both cores"])
class TestARun:
    def test_that_fails_names_the_test(self, tmp_path: Path, arguments: list[str]) -> None:
        assert run_with(tmp_path, FAILS, arguments) == (End.FAILED, "test_it.py::test_two")

    def test_that_passes_names_none(self, tmp_path: Path, arguments: list[str]) -> None:
        assert run_with(tmp_path, "def test_one(): pass\n", arguments) == (End.PASSED, "")

    def test_that_cannot_begin_proves_nothing(self, tmp_path: Path, arguments: list[str]) -> None:
        assert run_with(tmp_path, "import not_there\n", arguments) == (End.BROKEN, "")
