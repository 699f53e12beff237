"""A database of before, brought to today by the migrations."""

import gzip
import json
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tests import template
from tests.emptying import tables_with_rows

DUMP = Path(__file__).with_name("before_rooms.sql.gz")
EXPECTED = DUMP.with_name("before_rooms.json")


def expected() -> dict[str, Any]:
    """What the revision that made the dump said of it."""
    known: dict[str, Any] = json.loads(EXPECTED.read_text())
    return known


@contextmanager
def upgraded() -> Iterator[None]:
    """This process works on the dump, migrated, while the block lasts."""
    name, before = f"upgrade_{secrets.token_hex(6)}", connection.settings_dict["NAME"]
    template.administer(f"create database {name}")
    with psycopg.connect(template.address(name), autocommit=True) as loading:
        loading.execute(gzip.decompress(DUMP.read_bytes()))
    connection.close()
    try:
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
        call_command("migrate", interactive=False, verbosity=0)
        yield
    finally:
        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = before
        template.administer(f"drop database {name} with (force)")


def without_rows() -> set[str]:
    """The product's own tables that hold nothing."""
    ours = apps.get_app_config("scheduler").get_models(include_auto_created=True)
    return {model._meta.db_table for model in ours} - tables_with_rows()


def count_rows(tables: Iterable[str]) -> dict[str, int]:
    counts = {}
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts
