"""Folders for embedded servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.folders import open_folder


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty folder of this test's own."""
    with open_folder("house") as folder:
        yield folder
