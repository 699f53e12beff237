"""Finds tests by the names of their class and function, in whatever file they stand."""

import ast
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

Tests = Mapping[str, list[str]]


@cache
def known_tests(root: Path) -> Tests:
    """ "TestClass::test_name", or "test_name" of a function, to pytest's names for it: one for each
    file that has it."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((root / "tests").rglob("test_*.py")):
        for node in ast.parse(path.read_text()).body:
            for name in _names(node):
                found[name].append(f"{path.relative_to(root)}::{name}")
    return found


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ClassDef):
        return [f"{node.name}::{name}" for inner in node.body for name in _names(inner)]
    is_test = isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    return [node.name] if isinstance(node, ast.FunctionDef) and is_test else []
