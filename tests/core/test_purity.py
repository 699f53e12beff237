"""The core takes the time as a value and knows nothing but the standard library."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import scheduler.core

FOLDER = Path(scheduler.core.__file__).parent
MODULES = sorted(FOLDER.glob("**/*.py"))
CLOCKS = {"now", "utcnow", "today", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime"}
IMPURE = {"random", "secrets", "os", "socket", "subprocess", "threading", "locale"}


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""


def clock_reads(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            from_time = isinstance(node.value, ast.Name) and node.value.id == "time"
            if node.attr in CLOCKS or (from_time and node.attr in {"time", "sleep"}):
                yield ast.unparse(node)


def parsed(source: str) -> ast.AST:
    return ast.parse(source)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
class TestEachModule:
    def test_imports_only_the_standard_library_and_the_core(self, module: Path) -> None:
        for name in imported(parsed(module.read_text())):
            top = name.split(".")[0]
            ours = name == "scheduler.core" or name.startswith("scheduler.core.")
            assert ours or top in sys.stdlib_module_names - IMPURE - {"time"}, name

    def test_reads_no_clock(self, module: Path) -> None:
        assert list(clock_reads(parsed(module.read_text()))) == []


class TestTheCheckItself:
    @pytest.mark.parametrize(
        "source", ["datetime.now(UTC)", "datetime.datetime.now()", "date.today()", "time.time()"]
    )
    def test_sees_a_clock(self, source: str) -> None:
        assert list(clock_reads(parsed(source)))

    @pytest.mark.parametrize(
        "source", ["import django.db", "from django import db", "if True:\n import django"]
    )
    def test_sees_an_import(self, source: str) -> None:
        assert any(name.startswith("django") for name in imported(parsed(source)))

    def test_looks_at_the_whole_core(self) -> None:
        names = {path.stem for path in MODULES}
        assert {"intervals", "opening_hours", "slots", "replies", "status"} <= names
