"""The clinic that most tests start from, written once a run and copied by one statement a test.

The template database (see `tests.template`) keeps it in a schema of its own, `seed`; the tables
themselves are empty there. A test that wants the clinic, its first provider, the staff's roles or
somebody on the staff has the rows copied over, triggers included, and its rollback takes them away
again.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.test import Client

from scheduler.accounts.load_roles import load_roles
from scheduler.clinic.load_clinic import load_clinic
from scheduler.clinic.models import (
    Clinic,
    Condition,
    ConditionSection,
    ConditionText,
    Provider,
    ReminderRule,
    Room,
    VisitType,
    VisitTypeRoom,
    WeeklyHours,
)
from tests.emptying import empty, tables_with_rows

CONDITIONS = (Condition, ConditionText, ConditionSection)
SET_UP = (*CONDITIONS, Clinic, Room, VisitType, VisitTypeRoom, ReminderRule)
ROLES = (Group, Group.permissions.through)
STAFF = (User, User.groups.through)
DANA = (Provider, Provider.visit_types.through, WeeklyHours)


def make(*, now: datetime) -> None:
    """Write the seed. Raises where loading fills a table that the lists above don't name."""
    empty()
    load_clinic(settings.CLINIC, now=now)
    load_roles()
    _hire_dana()
    _hire_staff(now=now)
    named = {_table(model) for model in (*SET_UP, *ROLES, *DANA, *STAFF, Session)}
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
    """Copy these tables' seed into the test's database, in one trip; rows that are there stay."""
    parts = [
        f'INSERT INTO public."{_table(model)}" SELECT * FROM seed."{_table(model)}"'
        " ON CONFLICT DO NOTHING"
        for model in wanted
    ]
    with connection.cursor() as cursor:
        cursor.execute("; ".join(parts))


def copy_roles() -> bool:
    """Copy the roles, unless there are some; False where those are not the seed's."""
    groups = _table(Group)
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT there.id = ours.id FROM public."{groups}" AS there'
            f' JOIN seed."{groups}" AS ours USING (name) LIMIT 1'
        )
        found = cursor.fetchone()
    if found is None:
        copy(ROLES)
    return found is None or bool(found[0])


def copy_user(name: str) -> None:
    """Copy the user of this name, in one trip; their role has to be there already."""
    user, groups = (_table(model) for model in STAFF)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{user}" SELECT * FROM seed."{user}" WHERE username = %s;'
            f'INSERT INTO "{groups}" SELECT joined.* FROM seed."{groups}" AS joined'
            f' JOIN seed."{user}" AS who ON who.id = joined.user_id WHERE who.username = %s',
            [name, name],
        )


def copy_session(name: str) -> str:
    """Copy the session that this user is signed in with; returns its key."""
    session = _table(Session)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{session}" SELECT * FROM seed."{session}" WHERE session_key = %s',
            [session_of(name)],
        )
    return session_of(name)


def session_of(name: str) -> str:
    return f"the-session-of-{name}"


def _hire_dana() -> None:
    """Who sees new patients, Mondays to Fridays from 9 to 5."""
    dana = Provider.objects.create(slug="dana", name="Dana")
    dana.visit_types.add(VisitType.objects.get(slug="new-patient"))
    WeeklyHours.objects.bulk_create(
        WeeklyHours(provider=dana, weekday=weekday, opens=time(9), closes=time(17))
        for weekday in range(5)
    )


def _hire_staff(*, now: datetime) -> None:
    """Somebody of each role, and the session of a browser that they are signed in with."""
    from tests.staff import ROLES, new_user

    for role in ROLES:
        user = new_user(role)
        browser = Client()
        browser.force_login(user)
        # An hour at which tests run may be years from now.
        Session.objects.filter(pk=browser.session.session_key).update(
            session_key=session_of(user.username), expire_date=now + timedelta(days=36_500)
        )
        User.objects.filter(pk=user.pk).update(last_login=now, date_joined=now)


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table


def _all_models() -> list[type[models.Model]]:
    from django.apps import apps

    return apps.get_models(include_auto_created=True)
