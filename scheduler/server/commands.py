"""The three commands of the product: web, worker and beat. The only place that names the server.

`python -m scheduler.server.commands web` becomes that command; `make run`, the image and the
tests all start them through here. HOST (127.0.0.1), PORT (8000), WEB_PROCESSES (2), WEB_THREADS
(4, of each process), WORKER_PROCESSES (3) and BEAT_SCHEDULE (a file beat keeps, in the temporary
folder) adjust them.
"""

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path


def web(env: Mapping[str, str]) -> list[str]:
    """Serves HTTP on HOST:PORT. No access log: addresses may hold patients' links."""
    where = ["--host", env.get("HOST", "127.0.0.1"), "--port", env.get("PORT", "8000")]
    processes = ["--workers", env.get("WEB_PROCESSES", "2"), "--respawn-failed-workers"]
    # Slow sockets wait on the event loop (see scheduler/server/rsgi.py), so many of them may; a
    # head has ten seconds to arrive. By `python -m tests.benchmarks servers`.
    sockets = ["--http", "1", "--no-ws", "--backlog", "2048", "--backpressure", "1024"]
    sockets += ["--http1-header-read-timeout", "10000"]
    # What is under way is answered; a container is killed ten seconds after it is told to stop.
    ends = ["--workers-kill-timeout", "8", "--log-level", "warning"]
    options = ["--interface", "rsgi", "--loop", "asyncio", *where, *processes, *sockets, *ends]
    return [sys.executable, "-m", "granian", "scheduler.server.rsgi:app", *options]


def worker(env: Mapping[str, str]) -> list[str]:
    """Sends messages and does the upkeep. Texts or mail alone never take the last process."""
    options = ["--concurrency", env.get("WORKER_PROCESSES", "3"), "--without-gossip"]
    return _celery("worker", "--pool", "prefork", "--without-mingle", *options)


def beat(env: Mapping[str, str]) -> list[str]:
    """Wakes the workers. Running it twice is harmless."""
    default = Path(tempfile.gettempdir()) / "findlay-beat"
    return _celery("beat", "--schedule", env.get("BEAT_SCHEDULE") or str(default))


COMMANDS = {"web": web, "worker": worker, "beat": beat}


def _celery(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "tasks.celery", *arguments, "--loglevel", "INFO"]


def main(arguments: list[str]) -> None:
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        sys.exit(f"usage: python -m scheduler.server.commands {'|'.join(COMMANDS)}")
    if metrics := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        Path(metrics).mkdir(parents=True, exist_ok=True)
    command = COMMANDS[arguments[0]](os.environ)
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
