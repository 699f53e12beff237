"""Copies of the tree, and a behavior that is broken in one of them for a while."""

import importlib.util
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.mutants.mutant import Edit
from tests.mutants.snippets import Files, Place, place

# What costs no time to lend, and what no test reads.
_LENT = (".venv", "node_modules")
_LEFT_OUT = shutil.ignore_patterns(
    ".git", *_LENT, ".data", ".env", ".hypothesis", ".*_cache", "screenshots", "staticfiles"
)


def copy_tree(root: Path, into: Path) -> Path:
    """A copy that tests can run in; what was compiled for it comes along."""
    shutil.copytree(root, into, ignore=_LEFT_OUT)
    for name in _LENT:
        if (root / name).exists():
            (into / name).symlink_to((root / name).resolve())
    return into


def places(edits: Sequence[Edit], files: Files) -> list[Place]:
    """Where the edits of one behavior fall, one after the other. Raises PointAnew."""
    now = dict(files)
    for edit in edits:
        found = place(edit, now)
        now[found.file] = found.text
    return [Place(file, text) for file, text in now.items() if text != files[file]]


@contextmanager
def broken(tree: Path, changed: Sequence[Place], files: Files) -> Iterator[None]:
    """The tree with these changes, and as it was afterwards."""
    try:
        for one in changed:
            _write(tree / one.file, one.text)
        yield
    finally:
        for one in changed:
            _write(tree / one.file, files[one.file])


def _write(file: Path, text: str) -> None:
    """Without what Python compiled before: it looks at size and second, and both may be equal."""
    file.write_text(text)
    if file.suffix == ".py":
        Path(importlib.util.cache_from_source(str(file))).unlink(missing_ok=True)
