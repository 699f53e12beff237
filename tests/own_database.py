"""A database of one's own beside the one that pytest-django makes: copied from a loaded template,
so that it costs a fraction of a second, and seen by processes, which a test's transaction is not.
"""

import atexit
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from urllib.parse import urlsplit

import psycopg

from tests.services import ROOT

COMMANDS = (["migrate", "--no-input", "--verbosity", "0"], ["load_clinic", "--demo"])


@contextmanager
def own_database(server: str | None = None) -> Iterator[str]:
    """The address of a database with the clinic and the demo week in it, dropped afterwards.

    `server` is the address of an empty database on a server of one's own, which is filled instead.
    """
    if server is not None:
        _fill(server)
        yield server
        return
    name = f"own_{secrets.token_hex(6)}"
    _administer(f"create database {name} template {_template()}")
    try:
        yield _named(name)
    finally:
        _administer(f"drop database {name} with (force)")


@cache
def _template() -> str:
    """The database that all others of this process are copied from."""
    name = f"own_template_{secrets.token_hex(6)}"
    _administer(f"create database {name}")
    atexit.register(_administer, f"drop database {name} with (force)")
    _fill(_named(name))
    return name


def _fill(url: str) -> None:
    for command in COMMANDS:
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *command],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def _named(name: str) -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def _administer(statement: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(statement.encode())
