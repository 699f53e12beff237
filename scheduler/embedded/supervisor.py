"""Migrates, loads the clinic, runs web, worker and beat, and starts again what dies."""

import os
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence

import environ

from scheduler.embedded.environment import HOST, ROOT
from scheduler.embedded.process import EmbeddedError, Process
from scheduler.embedded.services import Services
from scheduler.embedded.steps import say, side_by_side, step
from scheduler.server.commands import COMMANDS

# `manage.py migrate` and `manage.py load_clinic`, in one process because loading Django is most of
# a second start; without Django's checks, which `make check` makes.
PREPARE = """
import sys
import django
from django.core.management import call_command
django.setup()
call_command("migrate", interactive=False)
call_command("load_clinic", *sys.argv[1:])
"""
# Seconds before a child that died is started again: at once, then slower, so that one that can't
# live does not eat the machine.
PAUSES = (0.0, 1.0, 5.0, 15.0)
STEADY = 60.0


class Watched:
    """A process that is to be running: how often it died lately, and when it may start again."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self._deaths = 0
        self._since = 0.0
        self._due: float | None = 0.0

    def look(self, now: float) -> None:
        """Starts it when it is due; notices that it died. `now` is in monotonic seconds."""
        if self._due is None and (code := self.process.exit_code()) is not None:
            self._deaths = 1 if now - self._since > STEADY else self._deaths + 1
            self._due = now + PAUSES[min(self._deaths, len(PAUSES)) - 1]
            say(f"{self.process.name} ended ({code}); starting it again, see {self.process.log}")
            self.process.stop()
        if self._due is not None and now >= self._due:
            self._due, self._since = None, now
            self.process.start()


class Supervisor:
    """Owns web, worker and beat, on top of `services` that run already.

    `beside` is a command that has to succeed before web starts; it runs while the database is
    prepared, in the environment of this process.
    """

    def __init__(
        self,
        services: Services,
        env: Mapping[str, str],
        stopping: threading.Event,
        beside: Sequence[str] = (),
    ) -> None:
        self._services = services
        self._folder = services.data_dir
        self._env = env
        self._stopping = stopping
        self._beside = beside
        self._own = [self._process(name, COMMANDS[name](env)) for name in COMMANDS]

    def run(self) -> None:
        """Returns when `stopping` is set. Raises EmbeddedError when the product can't start."""
        self._prepare()
        if self._stopping.is_set():
            return
        web, *others = watched = [Watched(process) for process in self._own]
        # Web has the machine to itself until it answers: what a person waits for comes first.
        with step("Starting the web server"):
            web.look(time.monotonic())
            self._wait_for_web()
        if self._stopping.is_set():
            return
        for each in others:
            each.look(time.monotonic())
        self._greet()
        while not self._stopping.wait(0.5):
            self._services.revive(say)
            for each in watched:
                each.look(time.monotonic())

    def stop(self) -> None:
        """Beat first, so that nothing new is asked for."""
        say("stopping …")
        for process in reversed(self._own):
            process.stop()

    def _process(
        self, name: str, command: Sequence[str], env: Mapping[str, str] | None = None
    ) -> Process:
        return Process(
            name=name,
            command=command,
            log=self._folder / "log" / f"{name}.log",
            run_dir=self._folder / "run",
            env=self._env if env is None else env,
            cwd=ROOT,
        )

    def _prepare(self) -> None:
        demo = self._env["DEMO"].lower() in environ.Env.BOOLEAN_TRUE_STRINGS
        setup = [sys.executable, "-c", PREPARE, *(["--demo"] if demo else [])]
        preparing = self._process("setup", setup)
        processes = {"Preparing the database": preparing}
        if self._beside:
            processes["Making the style sheets"] = self._process("styles", self._beside, os.environ)
        side_by_side(processes, self._stopping)
        if demo and not self._stopping.is_set():
            # What became of the made-up clinic is the last thing it says.
            say(preparing.last_lines(1))

    def _wait_for_web(self) -> None:
        web = self._own[0]
        deadline = time.monotonic() + 60
        while not self._stopping.wait(0.05) and not self._answers():
            if web.exit_code() is not None or time.monotonic() > deadline:
                raise EmbeddedError(f"The web server did not start:\n{web.last_lines()}")

    def _answers(self) -> bool:
        address = f"http://{HOST}:{self._env['PORT']}/healthz"
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _greet(self) -> None:
        base = f"http://{HOST}:{self._env['PORT']}"
        say(f"\n  Booking page     {base}/")
        say(f"  API              {base}/api/v1/docs")
        say(f"  Staff            {base}/staff/")
        say(f"  Outbox           {base}/outbox/")
        sign_in = self._folder / "demo-sign-in.txt"
        if sign_in.exists():
            name, _, password = sign_in.read_text().strip().partition(" ")
            say(f"  Demo sign-in     name {name}, password {password}")
        say(f"  Data and logs    {self._folder}\n\nCtrl-C stops everything.")
