"""The clinic of this installation: the one place that fetches its row."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import QuerySet

from scheduler.clinic.models import Clinic

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
    rows = Clinic.objects.all()
    clinic = (rows.select_related(*related) if related else rows).get()
    if fetched is not None:
        fetched[related] = clinic
        # A row with what it names is good for who does not ask for that.
        fetched.setdefault((), clinic)
    return clinic


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
