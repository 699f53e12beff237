"""`make run` on a fresh clone: no question, quick, and gone after Ctrl-C."""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from scheduler.embedded.process import wait_until
from tests.house.newcomer import Newcomer
from tests.house.product import Terminal, clone, free_port, status
from tests.services import clean_environment

READY = "Ctrl-C stops everything"
# A word of the command line of what serves the web.
WEB = "granian"
Start = Callable[..., Terminal]


@pytest.fixture
def checkout(place: Path) -> Path:
    return clone(place / "checkout")


@pytest.fixture
def start(checkout: Path) -> Iterator[Start]:
    """Starts `make run` in the clone; takes settings as keywords."""
    runs: list[Terminal] = []

    def make_run(**settings: str) -> Terminal:
        log = checkout.parent / f"run-{len(runs)}.log"
        # Every start but the first is one web process, which is quicker there.
        env = clean_environment(**({"WEB_PROCESSES": "1"} if runs else {}), **settings)
        runs.append(Terminal(["make", "run"], cwd=checkout, env=env, log=log))
        return runs[-1]

    yield make_run
    for run in runs:
        run.end()


def database(checkout: Path) -> psycopg.Connection:
    home = checkout / ".data" / "postgres"
    return psycopg.connect(f"postgresql://scheduler@/scheduler?host={home / 'socket'}")


def command_line(process: psutil.Process) -> list[str]:
    """Empty for one that has just died."""
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def named(run: Terminal, word: str) -> psutil.Process | None:
    """The oldest process of the run with `word` on its command line; None when there is none."""
    found = [one for one in run.family() if word in command_line(one)]
    return min(found, key=lambda one: float(one.create_time()), default=None)


def stop(run: Terminal) -> None:
    """Ctrl-C, and nothing of it is left."""
    run.family()
    run.interrupt()
    run.wait(60)
    assert run.left() == []


def is_refused_twice(start: Start, place: Path, port: int) -> None:
    """Beside one that runs: in its folder, and on its port."""
    again = start(PORT=str(free_port()))
    beside = start(PORT=str(port), DATA_DIR=str(place / "other"))
    assert again.wait(60) != 0
    assert "Already running here" in again.said()
    assert beside.wait(60) != 0
    assert f"Port {port} can't be used" in beside.said()
    assert "Traceback" not in again.said() + beside.said()


def brings_back_what_dies(run: Terminal) -> None:
    for name, word in (("worker", "worker"), ("web", WEB), ("beat", "beat")):
        died = named(run, word)
        assert died is not None
        died.kill()
        assert run.says(f"{name} ended (-9)", seconds=20), run.said()
        assert wait_until(lambda w=word, d=died: named(run, w) not in {None, d}, seconds=20)  # type: ignore[misc]


def is_killed(run: Terminal) -> None:
    run.family()
    for supervisor in psutil.Process(run.pid).children():
        supervisor.kill()
    run.wait(60)


def ends_on_sigterm(run: Terminal) -> None:
    run.family()
    os.kill(run.pid, signal.SIGTERM)
    run.wait(60)
    assert run.left() == []


class TestMakeRun:
    """One clone's life, as each start takes seconds: three starts, and each way to end."""

    def test_serves_a_newcomer_revives_is_refused_twice_and_keeps_its_data_whatever_ended_it(
        self, start: Start, checkout: Path, place: Path
    ) -> None:
        port = free_port()
        first = start(PORT=str(port))
        assert first.says(READY, seconds=90), first.said()
        assert f"http://127.0.0.1:{port}/api/v1/docs" in first.said()
        # The terminal is quicker than the worker; a person is not.
        assert wait_until(lambda: status(f"http://127.0.0.1:{port}/readyz") == 200, seconds=60)
        Newcomer(checkout, port).books_and_sees_a_reminder_go_out()
        is_refused_twice(start, place, port)
        brings_back_what_dies(first)
        assert wait_until(lambda: status(f"http://127.0.0.1:{port}/healthz") == 200, seconds=20), (
            first.said()
        )
        with database(checkout) as connection:
            connection.execute("create table kept as select 7 as n")
        stop(first)

        second = start(PORT=str(port))
        assert second.says(READY, seconds=60), second.said()
        is_killed(second)

        third = start(PORT=str(port))
        assert third.says(READY, seconds=60), third.said()
        assert second.left() == []
        with database(checkout) as connection:
            assert connection.execute("select n from kept").fetchone() == (7,)
        ends_on_sigterm(third)

    def test_a_taken_port_is_named_before_anything_is_loaded(self, start: Start) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            run = start(PORT=str(other.getsockname()[1]))
            assert run.wait(60) != 0
        assert "can't be used" in run.said()
        assert "Preparing" not in run.said()
