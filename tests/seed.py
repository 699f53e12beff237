"""The clinic that most tests start from, written once a run and copied by one statement a test.

The template database (see `tests.template`) keeps it in a schema of its own, `seed`; the tables
themselves are empty there. A test that wants the clinic, its first provider, the staff's roles or
somebody on the staff has the rows copied over, triggers included, and its rollback takes them away
again.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import cache

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.db import connection, models, transaction
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
ROLE_TABLES = (Group, Group.permissions.through)
STAFF = (User, User.groups.through)
DANA = (Provider, Provider.visit_types.through, WeeklyHours)
COPIED = {
    "set_up": SET_UP,
    "clinic_and_condition": (*CONDITIONS, Clinic),
    "roles": ROLE_TABLES,
    "dana": DANA,
}


def make(*, now: datetime) -> None:
    """Write the seed. Raises where loading fills a table that the lists above don't name."""
    empty()
    load_clinic(settings.CLINIC, now=now)
    load_roles()
    _hire_dana()
    _hire_staff(now=now)
    named = {_table(model) for model in (*SET_UP, *ROLE_TABLES, *DANA, *STAFF, Session)}
    audit_log = set(_audit_logs().values())
    unnamed = tables_with_rows() - named - audit_log
    if unnamed:
        raise AssertionError(f"tests/seed.py doesn't name {', '.join(sorted(unnamed))}")
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA seed")
        for table in sorted(named):
            cursor.execute(f'CREATE TABLE seed."{table}" AS TABLE public."{table}"')
    empty()
    # Once more, as a whole: the audit log of rows that were there at once, as in a test.
    with transaction.atomic(), connection.cursor() as cursor:
        for table in sorted(named):
            cursor.execute(f'INSERT INTO public."{table}" SELECT * FROM seed."{table}"')
    with connection.cursor() as cursor:
        for table in sorted(audit_log):
            cursor.execute(f'CREATE TABLE seed."{table}" AS TABLE public."{table}"')
        for name, models_ in COPIED.items():
            body = _copying([_table(model) for model in models_])
            cursor.execute(
                f"CREATE FUNCTION seed.copy_{name}() RETURNS void LANGUAGE plpgsql AS $${body}$$"
            )
        cursor.execute(
            "CREATE FUNCTION seed.copy_user(name text) RETURNS void LANGUAGE plpgsql"
            f" AS $${_copying_a_user()}$$"
        )
    empty()


def copy(wanted: str) -> None:
    """Copy a set of tables' seed (`COPIED`) into the test's database, in one trip; rows that are
    there stay."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT seed.copy_{wanted}()")


def _copying(tables: Sequence[str]) -> str:
    """The body of what copies them, whose statements a connection plans once.

    The audit log's triggers are told to keep out of it: its rows are copied as well. To switch all
    triggers off would be quicker by itself, but makes PostgreSQL plan everything anew.
    """
    logs = [_audit_logs()[table] for table in tables if table in _audit_logs()]
    copying = "; ".join(
        f'INSERT INTO public."{table}" SELECT * FROM seed."{table}" ON CONFLICT DO NOTHING'
        for table in (*tables, *logs)
    )
    return f"BEGIN {_unwatched(copying)}; END"


def _unwatched(copying: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE starts_with(tgname, 'pgtrigger')")
        watchers = ",".join(name for (name,) in cursor.fetchall())
    told = "PERFORM set_config('pgtrigger.ignore', '{%s}', true)"
    return f"{told % watchers}; {copying}; {told % ''}"


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
        copy("roles")
    return found is None or bool(found[0])


def copy_user(name: str) -> None:
    """Copy the user of this name, in one trip; their role has to be there already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seed.copy_user(%s)", [name])


def _copying_a_user() -> str:
    user, groups = (_table(model) for model in STAFF)
    whom = f'SELECT id FROM seed."{user}" WHERE username = name'
    which = {
        user: "username = name",
        groups: f"user_id = ({whom})",
        _audit_logs()[user]: f"pgh_obj_id = ({whom})",
        _audit_logs()[groups]: f"user_id = ({whom})",
    }
    copying = "; ".join(
        f'INSERT INTO public."{table}" SELECT * FROM seed."{table}" WHERE {those}'
        for table, those in which.items()
    )
    return f"BEGIN {_unwatched(copying)}; END"


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


@cache
def _audit_logs() -> dict[str, str]:
    """The table of the audit log beside each table that has one."""
    return {
        _table(tracked): _table(model)
        for model in apps.get_models(include_auto_created=True)
        if (tracked := getattr(model, "pgh_tracked_model", None)) is not None
    }
