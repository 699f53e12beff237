"""One PostgreSQL and one Redis for all runs; each run has a database copied from a migrated one."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

import psycopg

from scheduler.embedded.folder import prepare
from scheduler.embedded.services import Services
from tests.mutants.mutant import Sql
from tests.services import ENVIRONMENT, documented_names

_TEMPLATE = "migrated"
# pytest-xdist gives each of its workers a database with such an ending.
WORKERS = 2
_REDIS_DATABASES_A_LANE = 4


@contextmanager
def servers() -> Iterator["Servers"]:
    """Starts both, and removes all of it afterwards."""
    folder = prepare(Path(tempfile.mkdtemp(prefix="findlay-mutants-")))
    # mkdtemp closes it to everybody; root's PostgreSQL runs as another account and has to pass.
    folder.chmod(0o711)
    services = Services(folder, {}, fast=True)
    try:
        yield Servers(folder, services.start())
    finally:
        services.stop()
        if services.postgres is not None:
            shutil.rmtree(services.postgres.home, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


class Servers:
    def __init__(self, folder: Path, urls: dict[str, str]) -> None:
        self.folder = folder
        self._urls = urls
        # PostgreSQL refuses a second copy of a template that is just being copied.
        self._copying = Lock()

    def migrate(self, tree: Path) -> None:
        """Makes the database that all others are copied from, by the migrations of a tree."""
        self._administer(f"CREATE DATABASE {_TEMPLATE}")
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"],
            cwd=tree,
            env=self.environment(_TEMPLATE) | ENVIRONMENT | {"DATA_DIR": str(self.folder)},
            check=False,
        )
        if done.returncode:
            sys.exit("The migrations of the unchanged tree fail.")

    @contextmanager
    def databases(self, name: str, changes: Sequence[Sql] = ()) -> Iterator[None]:
        """The databases that pytest-django looks for when it is told to use `name` again."""
        endings = ["", *(f"_gw{number}" for number in range(WORKERS))]
        copies = [f"test_{name}{ending}" for ending in endings]
        with self._copying:
            self._administer(f"CREATE DATABASE {name}")
            for copy in copies:
                self._administer(f"CREATE DATABASE {copy} TEMPLATE {_TEMPLATE}")
        try:
            for copy in copies:
                for change in changes:
                    self._administer(change.statement, database=copy)
            yield
        finally:
            for copy in [name, *copies]:
                self._administer(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)")

    def environment(self, name: str, lane: int = 0) -> dict[str, str]:
        """For a run of pytest that uses the databases of `name`; nothing of ours is left in it."""
        left_out = documented_names() | {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "PYTEST_ADDOPTS"}
        given = {key: value for key, value in os.environ.items() if key not in left_out}
        redis = self._urls["REDIS_URL"].rpartition("/")[0]
        return given | {
            "DATABASE_URL": self._url(name),
            "REDIS_URL": f"{redis}/{lane * _REDIS_DATABASES_A_LANE}",
            "COLUMNS": "1000",
        }

    def _url(self, database: str) -> str:
        return urlsplit(self._urls["DATABASE_URL"])._replace(path=f"/{database}").geturl()

    def _administer(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(self._url(database), autocommit=True) as connection:
            connection.execute(statement.encode())
