"""Folders for embedded servers."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def empty_place() -> Iterator[Path]:
    """An empty folder that every account of this machine can pass through.

    pytest's own `tmp_path` is closed to others, which would send root's PostgreSQL elsewhere.
    """
    folder = Path(tempfile.mkdtemp(prefix="findlay-house-")).resolve()
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty folder of this test's own."""
    with empty_place() as folder:
        yield folder
