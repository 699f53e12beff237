"""PostgreSQL and Redis together, where the environment does not name others."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from scheduler.embedded.data_location import FALLBACK
from scheduler.embedded.folder import prepare, take
from scheduler.embedded.postgresql import Postgres
from scheduler.embedded.process import end_leftovers
from scheduler.embedded.redis import Redis


class Services:
    """Starts what `given` lacks of DATABASE_URL and REDIS_URL, with all files under `data_dir`.

    `fast` trades safety after a power cut for speed, for tests. `fallback` is where root's
    PostgreSQL goes when it can't be under `data_dir`.
    """

    def __init__(
        self,
        data_dir: Path,
        given: Mapping[str, str],
        *,
        fast: bool = False,
        fallback: Path = FALLBACK,
    ) -> None:
        self.data_dir = prepare(data_dir)
        self._fast = fast
        self._fallback = fallback
        self._needs_postgres = not given.get("DATABASE_URL")
        self._needs_redis = not given.get("REDIS_URL")
        self.postgres: Postgres | None = None
        self.redis: Redis | None = None
        self._lock: IO[str] | None = None

    def start(self) -> dict[str, str]:
        """The addresses of what it started, named as the settings are.

        What an owner that was killed left running under `data_dir` is ended first. Raises
        EmbeddedError, with everything stopped again.
        """
        self._lock = take(self.data_dir)
        urls: dict[str, str] = {}
        log = self.data_dir / "log"
        try:
            end_leftovers(self.data_dir / "run")
            if self._needs_postgres:
                self.postgres = Postgres(
                    self.data_dir,
                    log=log / "postgres.log",
                    fast=self._fast,
                    fallback=self._fallback,
                )
                self.postgres.start()
                urls["DATABASE_URL"] = self.postgres.url
            if self._needs_redis:
                self.redis = Redis(self.data_dir, log=log / "redis.log")
                self.redis.start()
                urls["REDIS_URL"] = self.redis.url
        except BaseException:
            self.stop()
            raise
        return urls

    def revive(self, say: Callable[[str], None]) -> None:
        """Starts again what died, at its old address. Raises EmbeddedError when it can't."""
        for server in (self.postgres, self.redis):
            if server is not None and (code := server.process.exit_code()) is not None:
                say(f"{server.process.name} ended ({code}); starting it again")
                server.process.stop()
                server.start()

    def stop(self) -> None:
        if self.redis is not None:
            self.redis.stop()
        if self.postgres is not None:
            self.postgres.stop()
        if self._lock is not None:
            self._lock.close()
