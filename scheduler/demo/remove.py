"""Take the demo away, all of it and nothing else, histories and looks included.

The audit log is append-only for whatever happened. None of this did.
"""

from collections.abc import Iterable
from uuid import UUID

import pgtrigger
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import SET_NULL, Model
from pghistory.models import Context, Event

from scheduler.clinic.current import this_clinic
from scheduler.clinic.models import Provider
from scheduler.demo.belongings import Belongings, belongings, links, tables
from scheduler.demo.models import DemoRow

UNUSABLE = "!gone"


def remove_demo(*, keep: Iterable[str] = ()) -> dict[str, int]:
    """Table to how many rows went. People who sign in by a name in `keep` stay.

    Of the people that the demo brought, whoever did something to a row that stays is only shut
    out, so that the audit log still names them.
    """
    with transaction.atomic(), pgtrigger.ignore():
        found = belongings()
        kept = set(User.objects.filter(username__in=keep).values_list("pk", flat=True))
        people = found.pop(User) - kept
        contexts: set[UUID] = set()
        for model, ids in found.items():
            contexts |= _delete_history(model, ids)
            _let_go(model, found)
        gone = {m._meta.db_table: _delete(m._meta.db_table, "id", ids) for m, ids in found.items()}
        _delete_contexts(contexts)
        _delete_contexts(_remove_people(people))
        DemoRow.objects.all().delete()
        this_clinic().update(demo_loaded_at=None)
    return {table: count for table, count in gone.items() if count}


def _let_go(model: type[Model], found: Belongings) -> None:
    """A row that stays names none that goes."""
    for field in links(model):
        named = found.get(field.related_model, set())
        if named and (field.remote_field.on_delete is SET_NULL or field.related_model is model):
            model._default_manager.filter(**{f"{field.attname}__in": named}).update(
                **{field.attname: None}
            )


def _delete(table: str, column: str, ids: Iterable[int]) -> int:
    wanted = list(ids)
    if not wanted:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{table}" WHERE "{column}" = ANY(%s)', [wanted])  # noqa: S608
        return int(cursor.rowcount)


def _delete_history(model: type[Model], ids: Iterable[int]) -> set[UUID]:
    """The contexts of what was deleted."""
    return {
        context
        for events in _histories()
        if events.pgh_tracked_model is model
        for context in _delete_events(events._meta.db_table, "pgh_obj_id", ids)
    }


def _delete_events(table: str, column: str, ids: Iterable[int]) -> set[UUID]:
    wanted = list(ids)
    if not wanted:
        return set()
    statement = f'DELETE FROM "{table}" WHERE "{column}" = ANY(%s) RETURNING pgh_context_id'  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [wanted])
        return {context for (context,) in cursor.fetchall() if context}


def _histories() -> list[type[Event]]:
    models = apps.get_app_config("scheduler").get_models()
    return [model for model in models if issubclass(model, Event)]


def _remove_people(people: set[int]) -> set[UUID]:
    """Whoever nothing names any more is deleted; the others can never sign in again."""
    named = {pk for pk in people if _is_named(pk)}
    User.objects.filter(pk__in=named).update(
        is_active=False, is_staff=False, is_superuser=False, password=UNUSABLE
    )
    gone = people - named
    contexts: set[UUID] = set()
    for events in _histories():
        columns = {field.column for field in events._meta.concrete_fields}
        table = events._meta.db_table
        if events.pgh_tracked_model is not None and events.pgh_tracked_model._meta.proxy:
            column = "user_id" if "user_id" in columns else "id"
            contexts |= _delete_events(table, column, gone)
    User.objects.filter(pk__in=gone).delete()
    return contexts


def _is_named(user: int) -> bool:
    """Whether a row that stays, or its history, says that they did it."""
    did = Context.objects.filter(metadata__user=user).exists()
    return did or any(
        model._base_manager.filter(**{field.name: user}).exists()
        for model in tables()
        if model not in {User, Provider}
        for field in model._meta.concrete_fields
        if field.related_model is User
    )


def _delete_contexts(contexts: set[UUID]) -> None:
    """Those in which nothing that stays was changed."""
    stays = " AND ".join(
        f'NOT EXISTS (SELECT FROM "{events._meta.db_table}" AS event'
        " WHERE event.pgh_context_id = context.id)"
        for events in _histories()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM pghistory_context AS context WHERE id = ANY(%s) AND {stays}",  # noqa: S608
            [list(contexts)],
        )
