"""Folders for servers of a test's own."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def make_open_folder(purpose: str = "", *, on: Path | None = None) -> Path:
    """An empty folder that every account of this machine can pass through, on a disk or where
    temporary files usually are.

    What is made for us alone, as pytest's own `tmp_path`, keeps root's PostgreSQL out: that runs as
    another account.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"findlay-{purpose}", dir=on)).resolve()
    folder.chmod(0o711)
    return folder


@contextmanager
def open_folder(purpose: str) -> Iterator[Path]:
    """The same, gone afterwards."""
    folder = make_open_folder(f"{purpose}-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
