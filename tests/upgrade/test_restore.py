"""docs/running-it.md: what is backed up can be restored, and is whole."""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from scheduler.data_checks.every_check import every_check
from tests import template
from tests.emptying import tables_with_rows
from tests.upgrade.every_table import AFTERWARDS
from tests.upgrade.upgraded import count_rows

PAGE = (template.ROOT / "docs/running-it.md").read_text("utf-8")

pytestmark = [
    pytest.mark.process,
    pytest.mark.usefixtures("database_of_before"),
    pytest.mark.django_db,
]


def options(program: str) -> list[str]:
    """What the page's last call of a program says, but for whom and where."""
    words = re.findall(rf"{program} ([^<>`\n]+)", PAGE)[-1].split()
    return [word for word in words if re.match(r"--(?!username|dbname)", word)]


@pytest.fixture
def restored(tmp_path: Path) -> Iterator[str]:
    """The address of a database made of a dump of this one, as the page says."""
    dump, name = tmp_path / "scheduler.dump", f"restored_{secrets.token_hex(6)}"
    here = template.address(str(connection.settings_dict["NAME"]))
    template.program("pg_dump", *options("pg_dump"), f"--file={dump}", here)
    template.administer(f"create database {name}")
    try:
        there = template.address(name)
        template.program("pg_restore", *options("pg_restore"), f"--dbname={there}", str(dump))
        yield there
    finally:
        template.administer(f"drop database {name} with (force)")


def test_a_restored_database_is_whole(restored: str) -> None:
    assert options("pg_dump") == ["--format=custom"]
    counts = count_rows(tables_with_rows())
    with psycopg.connect(restored) as there:
        found = {
            table: there.execute(f'SELECT count(*) FROM "{table}"'.encode()).fetchone()
            for table in counts
        }
        wrong = [
            row
            for check in every_check()
            for row in there.execute(check.sql.encode(), {"now": AFTERWARDS})
        ]
    assert found == {table: (count,) for table, count in counts.items()}
    assert wrong == []


def test_nobody_can_rewrite_its_audit_log(restored: str) -> None:
    with (
        psycopg.connect(restored) as there,
        pytest.raises(psycopg.errors.RaiseException, match="append"),
    ):
        there.execute("UPDATE scheduler_appointmentevent SET status = 'booked'")


def test_sending_can_be_paused_before_anybody_works(restored: str) -> None:
    [pause] = re.findall(r'--command="([^"]+)"', PAGE)
    with psycopg.connect(restored) as there:
        there.execute(pause.encode())
        assert there.execute(
            "SELECT count(*) FROM scheduler_clinic WHERE sending_paused_at IS NOT NULL"
        ).fetchone() == (1,)
