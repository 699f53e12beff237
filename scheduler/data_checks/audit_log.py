"""The audit log: every row that is tracked is on it, as it is now, and nothing else is.

Which tables are tracked, by which columns, is asked of pghistory: a new one is checked by itself.
"""

from dataclasses import dataclass

from django.apps import apps
from pghistory import DeleteEvent, UpdateEvent
from pghistory.models import Event

from scheduler.data_checks.check import Check

_NEVER_CAME = """
    SELECT '{table}', kept.id::text, ''
      FROM {table} AS kept
     WHERE NOT EXISTS (SELECT FROM {events} AS event
                        WHERE event.{owner} = kept.id AND event.pgh_label = 'insert')
"""
_CHANGED_UNSEEN = """
    SELECT '{table}', kept.id::text, concat_ws(', ', {differing})
      FROM {table} AS kept
      JOIN LATERAL (SELECT * FROM {events} AS event WHERE event.{owner} = kept.id
                     ORDER BY event.pgh_id DESC LIMIT 1) AS event ON true
     WHERE event.pgh_label = 'delete' OR ({ours}) IS DISTINCT FROM ({theirs})
"""
_WENT_UNSEEN = """
    SELECT DISTINCT '{table}', event.{owner}::text, ''
      FROM {events} AS event
     WHERE NOT EXISTS (SELECT FROM {table} AS kept WHERE kept.id = event.{owner})
       AND NOT EXISTS (SELECT FROM {events} AS last
                        WHERE last.{owner} = event.{owner} AND last.pgh_label = 'delete')
"""


@dataclass(frozen=True, slots=True)
class _Tracked:
    """A table, the events of its rows, and the column of these that names the row."""

    table: str
    events: str
    owner: str
    columns: list[str]
    follows_updates: bool
    follows_deletes: bool

    def filled(self, statement: str) -> str:
        """Columns of ours by the names that the models give them."""
        return statement.format(
            table=self.table,
            events=self.events,
            owner=self.owner,
            ours=", ".join(f'kept."{column}"' for column in self.columns),
            theirs=", ".join(f'event."{column}"' for column in self.columns),
            differing=", ".join(
                f'CASE WHEN kept."{column}" IS DISTINCT FROM event."{column}" THEN \'{column}\' END'
                for column in self.columns
            ),
        )


def _tracked() -> list[_Tracked]:
    found = apps.get_app_config("scheduler").get_models()
    return [_of(model) for model in found if issubclass(model, Event)]


def _of(model: type[Event]) -> _Tracked:
    tracked = model.pgh_tracked_model
    if tracked is None:
        raise TypeError(f"{model.__name__} follows no model")
    columns = {str(field.column) for field in model._meta.concrete_fields}
    kinds = {type(tracker) for tracker in model.pgh_trackers or ()}
    return _Tracked(
        table=tracked._meta.db_table,
        events=model._meta.db_table,
        # Of a table that Django makes by itself there is no model to point at.
        owner="pgh_obj_id" if "pgh_obj_id" in columns else "id",
        columns=sorted(column for column in columns if not column.startswith("pgh_")),
        follows_updates=UpdateEvent in kinds,
        follows_deletes=DeleteEvent in kinds,
    )


def _each(statement: str, tables: list[_Tracked]) -> str:
    return " UNION ALL ".join(one.filled(statement) for one in tables)


def checks() -> tuple[Check, ...]:
    """Asked for once all models are known."""
    tracked = _tracked()
    return (
        Check(
            name="row-without-audit",
            wrong="nothing on the audit log says where it came from",
            expected="the event of its insertion",
            sql=_each(_NEVER_CAME, tracked),
        ),
        Check(
            name="row-unlike-its-audit",
            wrong="it is not what the last entry of the audit log says of it",
            expected="an entry for each change",
            sql=_each(_CHANGED_UNSEEN, [one for one in tracked if one.follows_updates]),
        ),
        Check(
            name="row-gone-without-audit",
            wrong="it is on the audit log, and gone",
            expected="an entry of its deletion",
            sql=_each(_WENT_UNSEEN, [one for one in tracked if one.follows_deletes]),
        ),
    )
