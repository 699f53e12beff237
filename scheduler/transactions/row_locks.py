"""Rows, locked to the end of the transaction and read after the lock is had."""

from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


class RowGone(ObjectDoesNotExist):
    """Who asked saw the row, and somebody deleted it before it could be locked: there is nothing
    to do any more, which every edge answers with its 404."""


def lock_row(rows: QuerySet[Row], pk: int) -> Row:
    """The row with this key as it is now, and stays until the transaction ends.

    What `rows` joins is read after the lock is had. In one statement PostgreSQL would look the
    locked row up again beside the joined rows of before the wait: where it points elsewhere
    meanwhile it would be found by nobody, or without what it points to. Raises RowGone.
    """
    alone = rows.select_related(None).select_for_update(no_key=True)
    try:
        if not rows.query.select_related:
            return alone.get(pk=pk)
        alone.values_list("pk", flat=True).get(pk=pk)
        return rows.get(pk=pk)
    except ObjectDoesNotExist as error:
        raise RowGone from error


def lock_rows(rows: QuerySet[Row]) -> list[Row]:
    """The same for all of these, locked in the order of their keys."""
    alone = rows.select_related(None).only("pk").order_by("pk")
    keys = [row.pk for row in alone.select_for_update(of=("self",), no_key=True)]
    return list(rows.filter(pk__in=keys))
