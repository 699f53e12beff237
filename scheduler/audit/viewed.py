"""Whom the answer to the current request shows: collected here, written by `record_view`."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Shown:
    """The ids of the patients that an answer shows; of the trail, what was `asked` of it."""

    patients: set[int] = field(default_factory=set)
    asked: dict[str, Any] = field(default_factory=dict)


_shown: ContextVar[Shown | None] = ContextVar("shown", default=None)


@contextmanager
def collect_shown() -> Iterator[Shown]:
    """Collects what is shown while the block lasts."""
    found = Shown()
    token = _shown.set(found)
    try:
        yield found
    finally:
        _shown.reset(token)


def show(patients: Iterable[int | None]) -> None:
    """Say that the answer to the current request shows these patients: it goes on the trail."""
    found = _shown.get()
    if found is not None:
        found.patients.update(patient for patient in patients if patient is not None)


def show_trail(asked: Mapping[str, Any]) -> None:
    """Say that the answer shows the trail, and what was asked of it, as plain JSON values."""
    found = _shown.get()
    if found is not None:
        found.asked.update(asked)
