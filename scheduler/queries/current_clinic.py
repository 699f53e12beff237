"""The clinic of this installation: the one place that fetches its row."""

from django.db.models import QuerySet

from scheduler.models import Clinic


def current_clinic(*related: str) -> Clinic:
    """The clinic's row, with the rows it names joined where asked for ("default_condition").

    Raises Clinic.DoesNotExist where none was loaded yet.
    """
    rows = this_clinic()
    return (rows.select_related(*related) if related else rows).get()


def clinic_if_loaded() -> Clinic | None:
    """The clinic's row, or None where none was loaded yet."""
    return this_clinic().first()


def this_clinic() -> QuerySet[Clinic]:
    """The clinic as rows, to update it or to ask whether something is so of it."""
    return Clinic.objects.all()
