"""The real product for a test: web, worker and beat as processes, on a database and a Redis of
their own.

with running("web", "worker", BOOKING_VERIFICATION="off") as product:
    product.post("/api/v1/appointments", {...})
    product.kill("worker")
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import celery
import psutil
import psycopg

from scheduler.embedded.folder import prepare
from scheduler.embedded.process import Process, wait_until
from scheduler.embedded.redis import Redis
from scheduler.server.commands import COMMANDS
from tests.calling import Answer, call
from tests.fakes.smtp import FakeSmtp
from tests.fakes.twilio import FakeTwilio
from tests.house.product import free_port
from tests.own_database import own_database
from tests.services import ROOT


def peers(twilio: FakeTwilio, smtp: FakeSmtp | None = None) -> dict[str, str]:
    """The settings that send texts, and mails, to the fakes; as fast as they can be taken."""
    settings = {
        "TWILIO_API_BASE": twilio.base_url,
        "TWILIO_ACCOUNT_SID": twilio.account_sid,
        "TWILIO_AUTH_TOKEN": twilio.auth_token,
        "TWILIO_FROM": twilio.number,
        "SMS_PER_SECOND": "1000",
    }
    return settings | ({"EMAIL_URL": smtp.url} if smtp else {})


class Product:
    """Processes that a test starts, kills and starts again; `redis` may be stopped and frozen."""

    def __init__(self, folder: Path, database_url: str, given: Mapping[str, str]) -> None:
        self.folder = folder
        self.database_url = database_url
        self.redis = Redis(folder, log=folder / "log" / "redis.log")
        self.redis.start()
        port = free_port()
        self.base_url = f"http://127.0.0.1:{port}"
        self.env = {
            **os.environ,
            "DEBUG": "off",
            "API_THROTTLE": "off",
            "WEB_PROCESSES": "1",
            "WORKER_PROCESSES": "1",
            "PYTHONUNBUFFERED": "1",
            "PORT": str(port),
            "PUBLIC_URL": self.base_url,
            "LINK_HOST": f"127.0.0.1:{port}",
            "DATA_DIR": str(folder),
            "BEAT_SCHEDULE": str(folder / "run" / "beat"),
            "DATABASE_URL": database_url,
            "REDIS_URL": self.redis.url,
            **given,
        }
        self._processes: dict[str, Process] = {}

    def start(self, *names: str) -> None:
        """Start web, worker or beat; returns when web answers and the worker listens."""
        for name in names:
            self._start(name, COMMANDS[name](self.env), self.env)
        waiting = {"web": self._answers, "worker": self._listens}
        for name in names:
            if name in waiting and not wait_until(waiting[name], seconds=60, every=0.05):
                raise AssertionError(f"{name} did not start:\n{self.log(name)}")

    def start_worker(self, name: str, *, app: str = "tasks.celery", **settings: str) -> None:
        """One more worker, under a name of its own; returns when it listens."""
        env = self.env | settings
        command = [app if part == "tasks.celery" else part for part in COMMANDS["worker"](env)]
        self._start(name, [*command, "--hostname", f"{name}@%h"], env)
        if not wait_until(lambda: self._listens(name), seconds=60, every=0.05):
            raise AssertionError(f"{name} did not start:\n{self.log(name)}")

    def _start(self, name: str, command: list[str], env: Mapping[str, str]) -> None:
        process = Process(
            name=name,
            command=command,
            log=self.folder / "log" / f"{name}.log",
            run_dir=self.folder / "run",
            env=env,
            cwd=ROOT,
        )
        process.start()
        self._processes[name] = process

    def stop(self, name: str) -> None:
        """End it politely."""
        self._processes.pop(name).stop()

    def kill(self, name: str) -> None:
        """`kill -9`, children included: nobody gets to tidy up."""
        leader = psutil.Process(self._processes[name].pid)
        family = [leader, *leader.children(recursive=True)]
        for process in family:
            process.send_signal(signal.SIGKILL)
        wait_until(lambda: all(map(_is_over, family)), seconds=10, every=0.01)
        self._processes.pop(name).stop()

    def is_started(self, name: str) -> bool:
        """Until it is stopped or killed from here; it may have ended by itself."""
        return name in self._processes

    def pid(self, name: str) -> int:
        return int(self._processes[name].pid)

    def restart(self, name: str) -> None:
        self.stop(name)
        self.start(name)

    def end(self) -> None:
        """At once: a polite end takes seconds, and is another test's matter."""
        for name in reversed(list(self._processes)):
            self.kill(name)
        self.redis.stop()

    def get(self, path: str, **headers: str) -> Answer:
        return call("GET", self.base_url + path, headers=headers)

    def post(self, path: str, body: Mapping[str, Any], **headers: str) -> Answer:
        """POST JSON. A header's `_` stands for a `-`."""
        return call("POST", self.base_url + path, body=body, headers=headers)

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query, or none of a statement, committed."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            cursor = connection.execute(query.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def sign_in(self, number: int) -> list[str]:
        """The sessions of so many managers, who are new and may see the admin too."""
        sessions: list[str] = json.loads(self._prepare("sign_in", number))
        return sessions

    def keep_times(self, number: int) -> None:
        """For so many people with a landline, until somebody has called them."""
        self._prepare("keep_times", number)

    def _prepare(self, module: str, number: int) -> str:
        done = subprocess.run(
            [sys.executable, "-m", f"tests.faults.{module}", str(number)],
            cwd=ROOT,
            env={**self.env, "DJANGO_SETTINGS_MODULE": "scheduler.settings"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return (done.stdout.splitlines() or [""])[-1]

    def tell_worker(self, task: str, *args: str) -> None:
        """What beat does, at once."""
        with celery.Celery(broker=self.redis.url) as app:
            app.send_task(task, args, queue="scheduler", retry=False)

    def log(self, name: str) -> str:
        return (self.folder / "log" / f"{name}.log").read_text(errors="replace")

    def logs(self) -> str:
        """All that was logged, Redis included."""
        files = sorted((self.folder / "log").iterdir())
        return "\n".join(path.read_text(errors="replace") for path in files)

    def _answers(self) -> bool:
        return self.get("/healthz").status == 200

    def _listens(self, name: str = "worker") -> bool:
        """The worker of this start takes tasks: it says so, last."""
        return " ready." in self.log(name).rpartition("transport:")[2]


def _is_over(process: psutil.Process) -> bool:
    """Dead, though whoever should ask how it ended may not have asked yet."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@contextmanager
def running(*names: str, database_url: str | None = None, **settings: str) -> Iterator[Product]:
    """The named processes with these settings; everything is gone afterwards."""
    folder = prepare(Path(tempfile.mkdtemp(prefix="findlay-running-")))
    try:
        with own_database(database_url) as url:
            product = Product(folder, url, settings)
            try:
                product.start(*names)
                yield product
            finally:
                product.end()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
