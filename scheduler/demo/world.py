"""The made-up clinic in memory: a clock that is moved through its months, and the rows it leaves.

Whoever wants something to happen says when (`later`); `run` lets it all happen in the order of
time, up to the hour of loading. What would come after it simply has not happened yet.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from operator import attrgetter
from random import Random
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

from scheduler.clinic.models import Clinic

BLOCK = 1000
Row = TypeVar("Row", bound=Model)
_LINK_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_REFERENCE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class By:
    """Who does something through a page: a user's id, None for a patient, and the page's route."""

    user: int | None
    route: str


@dataclass(frozen=True, slots=True)
class Event:
    """A row of a table's history: the values of the tracked columns after the change."""

    at: datetime
    label: str
    row: int
    context: uuid.UUID | None
    values: tuple[Any, ...]


class World:
    """`clock` is the instant (UTC) that is being lived through, from `since` up to `now`."""

    def __init__(self, clinic: Clinic, *, seed: int, now: datetime) -> None:
        self.clinic = clinic
        self.now = self.clock = self.since = now
        self.rng = Random(seed)  # noqa: S311 - made-up people, not secrets
        self.rows: dict[type[Model], list[Any]] = defaultdict(list)
        self.history: dict[type[Model], list[Event]] = defaultdict(list)
        self.contexts: list[tuple[uuid.UUID, datetime, By]] = []
        self._by: By | None = None
        self._context: uuid.UUID | None = None
        self._queue: list[tuple[datetime, int, Callable[[], object], By | None]] = []
        self._turn = count()
        self._ids: dict[type[Model], Iterator[int]] = {}
        self._getters: dict[type[Model], Callable[[Any], tuple[Any, ...]] | None] = {}
        self._given: set[str] = set()

    def later(self, at: datetime, do: Callable[[], object], by: By | None = None) -> None:
        """Let `do` happen at an instant, by somebody or by the product itself (None).

        What would have come before `since` is before this story.
        """
        if at >= self.since:
            heappush(self._queue, (at, next(self._turn), do, by))

    def run(self) -> None:
        """Let happen what is due by `now`, the earliest first."""
        while self._queue and self._queue[0][0] <= self.now:
            self.clock, _, do, self._by = heappop(self._queue)
            self._context = None
            do()
        self.clock = self.now

    @property
    def user(self) -> int:
        """Whoever on the staff does what happens right now. Raises ValueError where nobody does."""
        if self._by is None or self._by.user is None:
            raise ValueError("nobody on the staff does this")
        return self._by.user

    def add(self, row: Row) -> Row:
        """A new row, with an id, written to its history where its table keeps one."""
        if row.pk is None:
            row.pk = self.new_id(type(row))
        self.rows[type(row)].append(row)
        self._note(row, "insert")
        return row

    def change(self, row: Any, **fields: Any) -> None:
        """Fields get new values; nothing happens where they are so already."""
        changed = {name: to for name, to in fields.items() if getattr(row, name) != to}
        for name, to in changed.items():
            setattr(row, name, to)
        if changed:
            self._note(row, "update")

    def new_id(self, model: type[Model]) -> int:
        """From the table's own sequence, so that nobody else is ever given it."""
        if model not in self._ids:
            self._ids[model] = _ids_of(model)
        return next(self._ids[model])

    def new_uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    def new_reference(self) -> str:
        return self._letters(_REFERENCE_LETTERS, 8)

    def new_locator(self, length: int) -> str:
        return self._letters(_LINK_LETTERS, length)

    def _letters(self, letters: str, length: int) -> str:
        while (found := "".join(self.rng.choices(letters, k=length))) in self._given:
            pass
        self._given.add(found)
        return found

    def _note(self, row: Any, label: str) -> None:
        model = type(row)
        if model not in self._getters:
            self._getters[model] = _getter(model)
        read = self._getters[model]
        if read is None:
            return
        self.history[model].append(Event(self.clock, label, row.pk, self._who(), read(row)))

    def _who(self) -> uuid.UUID | None:
        """One context for all that one request changes."""
        if self._by is not None and self._context is None:
            self._context = self.new_uuid()
            self.contexts.append((self._context, self.clock, self._by))
        return self._context


def tracked_columns(model: type[Model]) -> list[str]:
    """The attribute names that the table's history keeps; none where there is no history."""
    events = getattr(model, "pgh_event_model", None)
    if events is None:
        return []
    return [f.attname for f in events._meta.concrete_fields if not f.name.startswith("pgh_")]


def _getter(model: type[Model]) -> Callable[[Any], tuple[Any, ...]] | None:
    columns = tracked_columns(model)
    return attrgetter(*columns) if columns else None


def _ids_of(model: type[Model]) -> Iterator[int]:
    table = model._meta.db_table
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [f'"{table}"', BLOCK],
            )
            yield from sorted(pk for (pk,) in cursor.fetchall())
