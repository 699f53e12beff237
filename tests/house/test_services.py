"""The folders of test runs: a killed one's goes, and nobody else's."""

import os
import time
from pathlib import Path

from scheduler.embedded.folder import prepare, take
from tests.services import SOON, remove_dead_folders


def a_run(disk: Path, name: str, *, age: float = 2 * SOON) -> Path:
    """The folder of a run that began `age` seconds ago."""
    folder = prepare(disk / f"findlay-{name}")
    begun = time.time() - age
    os.utime(folder, (begun, begun))
    return folder


class TestSweeping:
    def test_removes_what_a_killed_run_left(self, tmp_path: Path) -> None:
        killed = a_run(tmp_path, "killed")
        remove_dead_folders(tmp_path)
        assert not killed.exists()

    def test_leaves_who_is_at_it_and_who_has_only_begun(self, tmp_path: Path) -> None:
        at_it, begun = a_run(tmp_path, "at-it"), a_run(tmp_path, "begun", age=0)
        with take(at_it):
            remove_dead_folders(tmp_path)
        assert at_it.exists()
        assert begun.exists()

    def test_leaves_what_is_no_runs(self, tmp_path: Path) -> None:
        (tmp_path / "PostgreSQL.12").mkdir()
        (tmp_path / "findlay-odd").write_text("")
        for path in tmp_path.iterdir():
            os.utime(path, (0, 0))
        remove_dead_folders(tmp_path)
        assert len(list(tmp_path.iterdir())) == 2
