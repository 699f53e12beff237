"""Whom the answer to the current request shows: collected here, written by `record_view`."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Viewed:
    """The ids of the patients that an answer shows; of the audit log, what was `asked` of it."""

    patients: set[int] = field(default_factory=set)
    asked: dict[str, Any] = field(default_factory=dict)


_viewed: ContextVar[Viewed | None] = ContextVar("shown", default=None)


@contextmanager
def collect_viewed() -> Iterator[Viewed]:
    """Collects what is shown while the block lasts."""
    found = Viewed()
    token = _viewed.set(found)
    try:
        yield found
    finally:
        _viewed.reset(token)


def patients_viewed(patients: Iterable[int | None]) -> None:
    """Say that the answer to the current request shows these patients: it goes in the audit log."""
    found = _viewed.get()
    if found is not None:
        found.patients.update(patient for patient in patients if patient is not None)


def audit_log_viewed(asked: Mapping[str, Any]) -> None:
    """Say that the answer shows the audit log, and what was asked of it, as plain JSON values."""
    found = _viewed.get()
    if found is not None:
        found.asked.update(asked)
