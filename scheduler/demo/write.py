"""Write a lived-through world to the database: rows, their histories, and what is whose.

The histories' own triggers stay out of it: they would date everything to this minute. Rows of a
history are added with the times at which the changes happened and never touched again, so the audit
log stays what it is, append-only; all other triggers and every constraint hold as ever.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

import pgtrigger
from django.db import connection, models
from django.db.models import Field, Model
from pghistory.models import Context
from psycopg.types.json import Jsonb

from scheduler.demo.models import DemoRow
from scheduler.demo.world import Event, World, tracked_columns


def write(world: World, order: Sequence[type[Model]], roots: Iterable[type[Model]]) -> None:
    """`order` names the tables, those that others point at first; `roots` those whose rows hang
    on no other demo row. In the caller's transaction."""
    unknown = set(world.rows) - set(order)
    if unknown:
        raise ValueError(f"not in the order: {unknown}")
    with pgtrigger.ignore(*_histories(order)):
        with connection.cursor() as cursor:
            # pgtrigger tells the database by way of the next statement; COPY is none that it sees.
            cursor.execute("SELECT 1")
        for model in order:
            _copy(model, _written(model), _values(world.rows[model], model))
    _copy(
        Context,
        Context._meta.concrete_fields,
        (
            (pk, at, at, Jsonb({"user": by.user, "route": by.route}))
            for pk, at, by in world.contexts
        ),
    )
    for model in order:
        _write_history(model, world.history[model])
    notes = [
        DemoRow(table=model._meta.db_table, row=row.pk)
        for model in roots
        for row in world.rows[model]
    ]
    DemoRow.objects.bulk_create(notes, batch_size=2000)


def _histories(models: Iterable[type[Model]]) -> list[str]:
    """The triggers by which the tables write their own histories."""
    return [
        f"{model._meta.app_label}.{model._meta.object_name}:{name}"
        for model in models
        for name in ("insert_insert", "update_update")
        if tracked_columns(model) and _has_trigger(model, name)
    ]


def _has_trigger(model: type[Model], name: str) -> bool:
    return any(trigger.name == name for trigger in getattr(model._meta, "triggers", []))


def _written(model: type[Model]) -> "list[Field[Any, Any]]":
    """Its columns but those that the database works out."""
    return [field for field in model._meta.concrete_fields if not field.generated]


def _values(rows: Iterable[Any], model: type[Model]) -> Iterator[list[Any]]:
    fields = _written(model)
    read = attrgetter(*(field.attname for field in fields))
    prepare = _preparing(fields)
    return (prepare(read(row)) for row in rows)


def _preparing(fields: "Sequence[Field[Any, Any]]") -> Callable[[tuple[Any, ...]], list[Any]]:
    """A function that makes of a row's values what is stored."""
    special = [(place, f) for place, f in enumerate(fields) if type(f) not in _PLAIN]

    def prepare(values: tuple[Any, ...]) -> list[Any]:
        found = list(values)
        for place, field in special:
            if found[place] is not None:
                found[place] = field.get_db_prep_save(found[place], connection)
        return found

    return prepare


# What psycopg takes as it is; the others know how they are stored.
_PLAIN = {
    models.AutoField,
    models.BigAutoField,
    models.BooleanField,
    models.CharField,
    models.DateField,
    models.DateTimeField,
    models.EmailField,
    models.ForeignKey,
    models.PositiveIntegerField,
    models.PositiveSmallIntegerField,
    models.TextField,
    models.UUIDField,
}


def _write_history(model: type[Model], events: Iterable[Event]) -> None:
    columns = tracked_columns(model)
    if not columns:
        return
    table = model.pgh_event_model  # type: ignore[attr-defined]
    by_name = {f.attname: f for f in table._meta.concrete_fields}
    fields = [by_name[name] for name in columns]
    about = [by_name[name] for name in _ABOUT if name in by_name]

    prepare = _preparing(fields)
    tell = attrgetter(*(_ABOUT[field.attname] for field in about))
    rows = ((*tell(event), *prepare(event.values)) for event in events)
    _copy(table, [*about, *fields], rows)


_ABOUT = {
    "pgh_created_at": "at",
    "pgh_label": "label",
    "pgh_obj_id": "row",
    "pgh_context_id": "context",
}


def _copy(
    model: type[Model], fields: "Iterable[Field[Any, Any]]", rows: Iterable[Sequence[Any]]
) -> None:
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    statement = f"COPY {table} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
