"""The clinic's own rows, and words that columns may hold."""

from django.apps import apps
from django.db.models import CharField
from pghistory.models import Event

from scheduler.data_checks.check import Check, rows

_UNKNOWN = """
    SELECT '{table}', kept.{key}::text, '{column}' FROM {table} AS kept
     WHERE kept."{column}" NOT IN ({choices})
"""

CHECKS = (
    Check(
        name="not-one-clinic",
        wrong="there are appointments and not one clinic",
        expected="one row",
        sql="""
            SELECT 'scheduler_clinic', '1', '' WHERE EXISTS (SELECT FROM scheduler_appointment)
               AND 1 <> (SELECT count(*) FROM scheduler_clinic)
        """,
    ),
    rows(
        "weekly-hours-of-no-week",
        "weeklyhours",
        where="""
            weeklyhours.opens >= weeklyhours.closes OR weeklyhours.weekday NOT BETWEEN 0 AND 6
            OR weeklyhours.every_n_weeks NOT BETWEEN 1 AND 12
        """,
        wrong="they are no hours of a week",
        expected="a weekday from 0 to 6 and an opening before the closing",
    ),
    rows(
        "call-desk-twice",
        "provider",
        where="provider.call_desk AND EXISTS (SELECT FROM scheduler_provider AS other"
        " WHERE other.call_desk AND other.id < provider.id)",
        wrong="it is a second call desk",
        expected="one",
    ),
)


def unknown_words() -> Check:
    """Of every column that may hold a few words only; asked for once all models are known."""
    parts = [
        _UNKNOWN.format(
            table=model._meta.db_table,
            key=model._meta.pk.column,
            column=field.column,
            choices=", ".join(f"'{value}'" for value in _values(field)),
        )
        for model in apps.get_app_config("scheduler").get_models()
        if not issubclass(model, Event) and not model._meta.proxy
        for field in model._meta.concrete_fields
        if isinstance(field, CharField) and field.choices
    ]
    return Check(
        name="unknown-word",
        wrong="it holds a word in this column that the product does not know",
        expected="one of the choices",
        sql=" UNION ALL ".join(parts),
    )


def _values(field: "CharField[str, str]") -> list[str]:
    return [str(value) for value, _words in field.flatchoices] + [""] * field.blank
