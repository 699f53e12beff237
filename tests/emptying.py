"""What a test committed is gone before the next one: only the tables that hold rows are emptied.

Django's own way truncates every table, of which there are a hundred, and makes all permissions
anew: most of a second after each test of a browser or of several threads.
"""

from functools import cache
from threading import get_ident
from time import monotonic, sleep

import pgtrigger
import psycopg
from django.core.signals import request_finished, request_started
from django.db import connection, transaction

from tests import template

# The migrations' own, and what they make: the same before and after every test.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}
# Threads that answer a request just now, this one aside.
_answering: set[int] = set()
# Far above what any limit of ours lets a request wait.
LONGEST_ANSWER = 30.0


@request_started.connect
def _begins(**_of: object) -> None:
    _answering.add(get_ident())


@request_finished.connect
def _ends(**_of: object) -> None:
    _answering.discard(get_ident())


def wait_for_answers() -> None:
    """Until the server has answered what a closed page still asked: it writes down who looked."""
    until = monotonic() + LONGEST_ANSWER
    while hanging := _answering - {get_ident()}:
        if monotonic() > until:
            _answering.clear()
            raise AssertionError(f"{len(hanging)} requests of this test are never answered")
        sleep(0.01)


def empty() -> None:
    """Foreign keys are deferred, so any order does; the audit log's own triggers keep out of it."""
    wait_for_answers()
    with pgtrigger.ignore(), transaction.atomic(), connection.cursor() as cursor:
        for table in tables_with_rows():
            cursor.execute(f'DELETE FROM "{table}"')


def tables_with_rows() -> set[str]:
    """Those that hold a row now, without those that migrations fill."""
    with connection.cursor() as cursor:
        cursor.execute(_which_hold_rows())
        return {table for (table,) in cursor.fetchall()}


@cache
def _which_hold_rows() -> str:
    tables = set(connection.introspection.django_table_names(only_existing=True)) - KEPT
    return " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in sorted(tables)
    )


def instead_of_flushing(_case: object) -> None:
    """Takes the place of `TransactionTestCase._fixture_teardown`."""
    empty()


def vacuum() -> None:
    """What was rolled back still lies in its tables and is read past: after thousands of tests a
    tenth of the time goes into that. Not within a transaction that a module's tests share: what it
    holds would be waited for."""
    if connection.in_atomic_block:
        return
    url = template.address(connection.settings_dict["NAME"])
    with psycopg.connect(url, autocommit=True) as beside:
        beside.execute("VACUUM")
