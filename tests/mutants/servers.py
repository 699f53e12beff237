"""One PostgreSQL and one Redis for all runs, and one template of the tests' databases."""

import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from scheduler.embedded.folder import prepare
from scheduler.embedded.services import Services
from tests import template
from tests.folders import open_folder
from tests.mutants.mutant import Sql
from tests.services import ENVIRONMENT, clean_environment

_TEMPLATE = "unchanged"
# Of a lane and of the workers of its run.
_REDIS_DATABASES = 4


@contextmanager
def servers() -> Iterator["Servers"]:
    """Starts both, and removes all of it afterwards."""
    with open_folder("mutants") as folder:
        services = Services(prepare(folder), {}, fast=True)
        try:
            yield Servers(folder, services.start())
        finally:
            services.stop()
            if services.postgres is not None:
                shutil.rmtree(services.postgres.home, ignore_errors=True)


class Servers:
    def __init__(self, folder: Path, urls: dict[str, str]) -> None:
        self.folder = folder
        self._urls = urls

    def fill(self, tree: Path) -> None:
        """Makes the template that all runs copy, by the migrations and the seed of a tree."""
        self._administer(f"CREATE DATABASE {_TEMPLATE}")
        done = subprocess.run(
            [sys.executable, "-m", "tests.template"],
            cwd=tree,
            env=self._environment(_TEMPLATE, 0) | ENVIRONMENT | {"DATA_DIR": str(self.folder)},
            check=False,
        )
        if done.returncode:
            sys.exit("The unchanged tree makes no database.")

    @contextmanager
    def environment(self, lane: int, changes: Sequence[Sql] = ()) -> Iterator[dict[str, str]]:
        """For one run of pytest, with a template of its own, to which these changes were made."""
        name = f"template_{secrets.token_hex(6)}"
        self._administer(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
        try:
            for change in changes:
                self._administer(change.statement, database=name)
            yield self._environment(name, lane)
        finally:
            # The run made the others where a test wanted them.
            for left in (name, *(f"{name}_{kind}" for kind in template.FILLED)):
                self._administer(f"DROP DATABASE IF EXISTS {left} WITH (FORCE)")

    def _environment(self, name: str, lane: int) -> dict[str, str]:
        redis = self._urls["REDIS_URL"].rpartition("/")[0]
        return clean_environment(
            DATABASE_URL=self._urls["DATABASE_URL"],
            REDIS_URL=f"{redis}/{lane * _REDIS_DATABASES}",
            TEST_REDIS_IS_OURS="1",
            COLUMNS="1000",
            **{template.NAME: name},
        )

    def _administer(self, statement: str, database: str = "") -> None:
        url = self._urls["DATABASE_URL"]
        if database:
            url = urlsplit(url)._replace(path=f"/{database}").geturl()
        with psycopg.connect(url, autocommit=True) as connection:
            # Two that copy the same database take turns.
            connection.execute("select pg_advisory_lock(hashtext('tests.template'))")
            connection.execute(statement.encode())
