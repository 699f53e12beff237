"""The clinic of this installation: the one place that fetches its row."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from django.db.models import QuerySet

from scheduler.clinic.models import Clinic
from scheduler.transactions.statements import columns_of, fetch_planned, take_row

_fetched: ContextVar[dict[tuple[str, ...], Clinic] | None] = ContextVar("fetched", default=None)


@contextmanager
def fetched_once() -> Iterator[None]:
    """While this lasts, which is a request, the row is fetched once however many ask for it."""
    token = _fetched.set({})
    try:
        yield
    finally:
        _fetched.reset(token)


def current_clinic(*related: str) -> Clinic:
    """The clinic's row, with the rows it names joined where asked for ("default_condition").

    Raises Clinic.DoesNotExist where none was loaded yet.
    """
    fetched = _fetched.get()
    if fetched is not None and related in fetched:
        return fetched[related]
    clinic = Clinic.objects.select_related(*related).get() if related else _read()
    if fetched is not None:
        fetched[related] = clinic
        # A row with what it names is good for who does not ask for that.
        fetched.setdefault((), clinic)
    return clinic


def _read() -> Clinic:
    """In SQL: nearly every request asks, and building the query costs more than answering it."""
    found = fetch_planned(_statement(), {})
    clinic = take_row(Clinic, iter(found[0])) if found else None
    if clinic is None:
        raise Clinic.DoesNotExist
    return clinic


@cache
def _statement() -> str:
    columns = columns_of(Clinic, "clinic")
    return f"SELECT {columns} FROM scheduler_clinic AS clinic"  # noqa: S608 - our own columns


def clinic_if_loaded() -> Clinic | None:
    """The clinic's row, or None where none was loaded yet."""
    try:
        return current_clinic()
    except Clinic.DoesNotExist:
        return None


def this_clinic() -> QuerySet[Clinic]:
    """The clinic as rows, to update it or to ask whether something is so of it.

    What was fetched before is forgotten: an update makes it untrue.
    """
    if (fetched := _fetched.get()) is not None:
        fetched.clear()
    return Clinic.objects.all()
