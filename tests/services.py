"""Loaded first (`-p tests.services`): PostgreSQL, Redis and an environment of its own for each run.

Nothing of a developer's environment or `.env` reaches the tests, but DATABASE_URL and REDIS_URL:
when they are set, those servers are used. The workers of a parallel run inherit what the first
process set, each with a Redis database of its own.
"""

import atexit
import os
import re
import shutil
import time
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

import pytest

from scheduler.embedded.folder import prepare, take
from scheduler.embedded.process import EmbeddedError
from scheduler.embedded.services import Services
from tests import template
from tests.folders import make_open_folder

ROOT = Path(__file__).resolve().parents[1]
# Free bytes: other programs need this memory, too.
ENOUGH = 4 << 30
# Seconds in which a run that begins has certainly taken its folder.
SOON = 60.0
# Set, even where it repeats a default: a variable that is set beats the one in `.env`.
ENVIRONMENT = {
    "ENV_FILE": os.devnull,
    "DEBUG": "on",
    "DEMO": "off",
    "SECRET_KEY": "only-for-tests-" + "s" * 50,
    "LINK_KEYS": "only-for-tests-" + "l" * 32,
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "LINK_HOST": "127.0.0.1:8000",
    "ALLOWED_HOSTS": "testserver",
    "NUM_PROXIES": "0",
    "API_THROTTLE": "on",
    "BOOKING_VERIFICATION": "on",
    "HEALTH_TOKEN": "",
    "TWILIO_API_BASE": "",
    "TWILIO_ACCOUNT_SID": "",
    "TWILIO_AUTH_TOKEN": "",
    "TWILIO_FROM": "",
    "TWILIO_MESSAGING_SERVICE_SID": "",
    "EMAIL_URL": "",
}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """Before pytest-django reads the settings: wrappers run ahead of every other hook."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        _use_own_redis_database(int(worker.removeprefix("gw")) + 1)
    else:
        _start()
    return (yield)


def _start() -> None:
    folder = prepare(make_open_folder(on=_quick_disk()))
    services = Services(folder, os.environ, fast=True)
    atexit.register(_stop, services)
    try:
        urls = services.start()
    except EmbeddedError as error:
        raise pytest.UsageError(str(error)) from error
    if "DATABASE_URL" in urls:
        os.environ["TEST_POSTGRES_IS_OURS"] = "1"
    if "REDIS_URL" in urls:
        os.environ["TEST_REDIS_IS_OURS"] = "1"
    for name in documented_names():
        if name not in {"DATABASE_URL", "REDIS_URL"}:
            os.environ.pop(name, None)
    os.environ.update(ENVIRONMENT | urls | {"DATA_DIR": str(folder)})
    template.begin()


def _quick_disk() -> Path | None:
    """Where files cost least: memory, where there is enough of it; copying a database writes a
    thousand files. None: the usual place for what is temporary."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        return None
    remove_dead_folders(memory)
    return memory if shutil.disk_usage(memory).free > ENOUGH else None


def remove_dead_folders(disk: Path) -> None:
    """Remove what runs that were killed have left there; nobody else would, before the machine
    starts anew."""
    for folder in disk.glob("findlay-*"):
        # Somebody else's, or going away just now.
        with suppress(EmbeddedError, OSError):
            if folder.stat().st_mtime < time.time() - SOON:
                with take(folder):
                    shutil.rmtree(folder, ignore_errors=True)


def _stop(services: Services) -> None:
    services.stop()
    if services.postgres is not None:
        shutil.rmtree(services.postgres.home, ignore_errors=True)
    shutil.rmtree(services.data_dir, ignore_errors=True)


def documented_names() -> set[str]:
    """The variables that `.env.example` lists, set or commented out."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    return {name for line in lines for name in re.findall(r"^#?([A-Z][A-Z0-9_]+)=", line)}


def clean_environment(**given: str) -> dict[str, str]:
    """This process's environment without our settings, an outer make's and the browser tests'."""
    ours = documented_names() | {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "PYTEST_ADDOPTS"}
    ours.add("DJANGO_ALLOW_ASYNC_UNSAFE")
    return {name: value for name, value in os.environ.items() if name not in ours} | given


def _use_own_redis_database(number: int) -> None:
    if "TEST_REDIS_IS_OURS" in os.environ:
        address, _, _ = os.environ["REDIS_URL"].rpartition("/")
        os.environ["REDIS_URL"] = f"{address}/{number}"
