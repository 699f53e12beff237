"""`make run`: the whole product on one machine, until Ctrl-C.

What follows on the command line is a command that makes what the pages need beside their code.
"""

import os
import signal
import sys
import threading
from collections.abc import Sequence

import environ

from scheduler.embedded import environment
from scheduler.embedded.process import EmbeddedError
from scheduler.embedded.services import Services
from scheduler.embedded.steps import say, step
from scheduler.embedded.supervisor import Supervisor


def run(stopping: threading.Event, beside: Sequence[str]) -> None:
    """Starts everything in order, watches it, and stops it in the opposite order.

    Raises EmbeddedError with what a person can do.
    """
    # As the settings do; the environment wins.
    environ.Env.read_env(os.environ.get("ENV_FILE") or environment.ROOT / ".env")
    services = Services(environment.data_dir(os.environ), os.environ)
    with step("Starting PostgreSQL and Redis"):
        urls = services.start()
    try:
        environment.check_port(os.environ.get("PORT") or "8000")
        env = environment.build(services.data_dir, os.environ, urls)
        supervisor = Supervisor(services, env, stopping, beside)
        shared = environment.share(services.data_dir, env)
        try:
            supervisor.run()
        finally:
            shared.unlink(missing_ok=True)
            supervisor.stop()
    finally:
        services.stop()


def main() -> int:
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    try:
        run(stopping, sys.argv[1:])
        say("stopped")
    except EmbeddedError as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
