"""Finds a piece of the product by its words, so that it may move and be laid out anew."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

from tests.mutants.mutant import Edit, Sql

PRODUCT = ("scheduler", "api", "tasks", "templates")
SOURCES = {".py", ".html", ".txt", ".mjml"}
# What no behavior is in, or what names it without being it.
# The demo lives through what the product does by rules of its own.
LEFT_OUT = {"migrations", "locale", "static", "embedded", "demo", "__pycache__"}
Files = Mapping[Path, str]
_TOKEN = re.compile(r"[«»]|\$?\w+|[^\w\s]")
# Blanks, line breaks, and what Python's comments say at the end of a line.
_BLANK = r"(?:\s|#[^\n]*\n)"
_CLOSING = set(")]}")
# What an edit begins and ends with, and the blanks around it: they stay.
_MARKS = {"": "{}", "«": "{}(?P<edited>", "»": "){}", "«»": "(?P<edited>){}"}


class PointAnew(Exception):
    """What a behavior is made by is not to be found just once: it has to be pointed anew."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an edit falls: a file of the tree, and all of its text with the edit made."""

    file: Path
    text: str


@cache
def product(root: Path) -> Files:
    """The text of each source file of the product, by its path below `root`."""
    return {
        path.relative_to(root): path.read_text()
        for part in PRODUCT
        for path in sorted((root / part).rglob("*"))
        if path.suffix in SOURCES and not LEFT_OUT.intersection(path.relative_to(root).parts)
    }


def place(edit: Edit, files: Files) -> Place:
    """Where the edit falls. Raises PointAnew unless that is one place."""
    wanted = pattern(edit.find)
    words = {word for word in _TOKEN.findall(edit.find) if word.isidentifier()}
    found = [
        (file, match)
        for file, text in files.items()
        if all(word in text for word in words)
        for match in wanted.finditer(text)
    ]
    if len(found) != 1:
        where = ", ".join(str(file) for file, _ in found) or "no file"
        raise PointAnew(f"found {len(found)} times, in {where}:\n{edit.find}")
    file, match = found[0]
    text = files[file]
    start, end = match.span("edited")
    return Place(file, text[:start] + _new(edit, match, text[:start]) + text[end:])


def check_named(change: Sql, root: Path) -> None:
    """Raises PointAnew unless the migrations know the constraint or trigger by that name."""
    written = (path.read_text() for path in (root / "scheduler").rglob("migrations/*.py"))
    if not any(re.search(rf"\b{change.named}\b", text) for text in written):
        raise PointAnew(f"no migration knows {change.named}")


@cache
def pattern(find: str) -> re.Pattern[str]:
    """The regular expression of what an Edit looks for."""
    marked = find if "«" in find else f"«{find}»"
    made, before, marks = "", "", ""
    named: set[str] = set()
    for token in _TOKEN.findall(marked):
        if token in "«»":
            marks += token
            continue
        gap = _gap(before, token)
        made += _MARKS[marks].format(gap) + _one(token, named)
        before, marks = token, ""
    return re.compile(made + _MARKS[marks].format(""))


def _gap(before: str, token: str) -> str:
    if not before:
        return ""
    if token in _CLOSING and before not in "([{,":
        return rf"{_BLANK}*(?:,{_BLANK}*)?"
    return f"{_BLANK}+" if before[-1].isalnum() and token[0].isalnum() else f"{_BLANK}*"


def _one(token: str, named: set[str]) -> str:
    name = token.removeprefix("$")
    if name == token:
        return rf"\b{token}\b" if token.isidentifier() else re.escape(token)
    if name in named:
        return rf"\b(?P={name})\b"
    named.add(name)
    return rf"\b(?P<{name}>[^\W\d]\w*)\b"


def _new(edit: Edit, match: re.Match[str], before: str) -> str:
    names = {name: text for name, text in match.groupdict().items() if name != "edited"}
    line = before.rpartition("\n")[2]
    indent = line[: len(line) - len(line.lstrip())]
    new = Template(edit.becomes).substitute(names)
    return new.replace("\n", f"\n{indent}")
