"""Where it is measured: the product's own commands on an embedded PostgreSQL, as `make run` has it.

fsync stays on, DEBUG is off; BOOKING_VERIFICATION and API_THROTTLE are off, because one address
asks for everything.
"""

import logging
import os
import shutil
import socket
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from scheduler.embedded import environment
from scheduler.embedded.folder import prepare
from scheduler.embedded.process import Process, wait_until
from scheduler.embedded.services import Services
from scheduler.server.commands import COMMANDS
from tests.services import documented_names

SETTINGS = "tests.benchmarks.settings"
PATIENCE = 180.0
ROOT_FOLDER = environment.data_dir(os.environ)


@dataclass(frozen=True)
class Stage:
    """The environment of every process started on it, and the folder that holds their files."""

    folder: Path
    env: Mapping[str, str]

    @property
    def database_url(self) -> str:
        return self.env["DATABASE_URL"]

    @property
    def redis_url(self) -> str:
        return self.env["REDIS_URL"]

    @property
    def worker_command(self) -> list[str]:
        return COMMANDS["worker"](self.env)

    @contextmanager
    def running(
        self, name: str, command: Sequence[str] | None = None, **more: str
    ) -> Generator[Process]:
        """A process while the block lasts: one of the product's commands, or `command`."""
        env = {**self.env, **more}
        process = Process(
            name=name,
            command=command or COMMANDS[name](env),
            log=self.folder / "log" / f"{name}.log",
            run_dir=self.folder / "run",
            env=env,
            cwd=environment.ROOT,
        )
        process.start()
        try:
            yield process
        except Exception as error:
            error.add_note(f"{name} said last:\n{process.last_lines()}")
            raise
        finally:
            process.stop()

    def manage(self, *arguments: str) -> None:
        """Run a command of manage.py to its end. Raises RuntimeError with what it said."""
        with self.running("setup", [sys.executable, "manage.py", *arguments]) as setup:
            wait_until(lambda: setup.exit_code() is not None, seconds=5 * PATIENCE)
            if setup.exit_code() != 0:
                raise RuntimeError(setup.last_lines())


@contextmanager
def stage() -> Generator[Stage]:
    """Fresh services in a folder of this run, migrated; Django is set up in this process."""
    folder = prepare(ROOT_FOLDER) / f"benchmarks-{os.getpid()}"
    services = Services(folder, {})
    try:
        env = _environment(folder, services.start())
        made = Stage(folder, env)
        os.environ.update(env)
        made.manage("migrate")
        import django

        django.setup()
        from scheduler.transactions import timeouts

        # Filling 200,000 rows takes longer than a page may.
        timeouts.use(timeouts.COMMAND)
        logging.disable()
        yield made
    finally:
        services.stop()
        if services.postgres is not None:
            shutil.rmtree(services.postgres.home, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path, urls: Mapping[str, str]) -> dict[str, str]:
    ours = documented_names()
    outer = {name: value for name, value in os.environ.items() if name not in ours}
    switches = {
        "ENV_FILE": os.devnull,
        "DEBUG": "off",
        "DEMO": "off",
        "API_THROTTLE": "off",
        "BOOKING_VERIFICATION": "off",
        "PORT": str(free_port()),
    }
    built = environment.build(folder, {**outer, **switches}, urls)
    return {**built, "DJANGO_SETTINGS_MODULE": SETTINGS}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_web(process: Process, port: int) -> None:
    """Returns when somebody listens there. Raises RuntimeError with the end of the log."""

    def listens() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    if not wait_until(lambda: listens() or process.exit_code() is not None, seconds=PATIENCE):
        raise RuntimeError(process.last_lines())
    if process.exit_code() is not None:
        raise RuntimeError(process.last_lines())


@dataclass(frozen=True, slots=True)
class Memory:
    """Of a process and its children: the sums of what each holds now and of what each peaked at.

    Megabytes. `pss` shares out the pages that processes have in common; `peak_rss` counts them in
    each process.
    """

    processes: int
    pss: float
    peak_rss: float


def memory_of(process: Process) -> Memory:
    """Where the system keeps no such figures, its plain resident size stands for both."""
    root = psutil.Process(process.pid)
    family = [root, *root.children(recursive=True)]
    return Memory(len(family), sum(map(_pss, family)), sum(map(_peak_rss, family)))


def _pss(process: psutil.Process) -> float:
    size = process.memory_full_info()
    return getattr(size, "pss", size.rss) / 1e6


def _peak_rss(process: psutil.Process) -> float:
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return float(process.memory_info().rss) / 1e6
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e6


def settle(seconds: float = 0.5) -> None:
    """Let what a bulk load left to do in the background come to rest."""
    time.sleep(seconds)
