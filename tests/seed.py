"""The clinic that most tests start from, written once a run and copied by one statement a test.

The template database (see `tests.template`) keeps it in a schema of its own, `seed`; the tables
themselves are empty there. A test that wants the clinic, or the staff's roles, has the rows copied
over, triggers included, and its rollback takes them away again.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection, models

from scheduler.actions.load_clinic import load_clinic
from scheduler.actions.load_roles import load_roles
from scheduler.models import (
    Clinic,
    Condition,
    ConditionSection,
    ConditionText,
    ReminderRule,
    Room,
    VisitType,
    VisitTypeRoom,
)
from tests.emptying import empty, tables_with_rows

CONDITIONS = (Condition, ConditionText, ConditionSection)
SET_UP = (*CONDITIONS, Clinic, Room, VisitType, VisitTypeRoom, ReminderRule)
ROLES = (Group, Group.permissions.through)


def make(*, now: datetime) -> None:
    """Write the seed. Raises where loading fills a table that the lists above don't name."""
    empty()
    load_clinic(settings.CLINIC, now=now)
    load_roles()
    named = {_table(model) for model in (*SET_UP, *ROLES)}
    kept_by_triggers = {
        _table(model) for model in _all_models() if model.__name__.endswith("Event")
    }
    unnamed = tables_with_rows() - named - kept_by_triggers
    if unnamed:
        raise AssertionError(f"tests/seed.py doesn't name {', '.join(sorted(unnamed))}")
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA seed")
        for table in sorted(named):
            cursor.execute(f'CREATE TABLE seed."{table}" AS TABLE public."{table}"')
    empty()


def copy(wanted: Sequence[type[models.Model]]) -> None:
    """Copy these tables' seed into the test's database, in one trip."""
    parts = [
        f'INSERT INTO public."{_table(model)}" SELECT * FROM seed."{_table(model)}"'
        for model in wanted
    ]
    with connection.cursor() as cursor:
        cursor.execute("; ".join(parts))


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table


def _all_models() -> list[type[models.Model]]:
    from django.apps import apps

    return apps.get_models(include_auto_created=True)
