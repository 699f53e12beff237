"""docker-compose.yml without Docker: its shape is checked and its commands are run as processes."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from scheduler.embedded.process import wait_until
from tests import template
from tests.house.product import Terminal, free_port, status
from tests.services import ROOT, clean_environment

PUBLIC_HOST = "book.example.org"
GIVEN = {
    "SECRET_KEY": "compose-" * 8,
    "LINK_KEYS": "compose-" * 5,
    "PUBLIC_URL": f"https://{PUBLIC_HOST}",
    "POSTGRES_PASSWORD": "letters4and2digits",
    "TWILIO_ACCOUNT_SID": "off",
    "EMAIL_URL": "off",
}
# Not from the compose file: what a container has of itself, and no `.env` of a developer.
OURS = {"HOSTNAME", "PATH", "ENV_FILE"}
REFERENCE = re.compile(r"\$\$|\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<text>[^}]*))?\}")

STRINGS = {"type": "array", "items": {"type": "string"}, "minItems": 1}
DURATION = {"type": "string", "pattern": r"^\d+(ms|s|m)$"}
CONDITION = {"enum": ["service_started", "service_healthy", "service_completed_successfully"]}
SERVICE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["image", "restart"],
    "properties": {
        "image": {"type": "string"},
        "build": {"type": "string"},
        "command": STRINGS,
        "environment": {"type": "object", "additionalProperties": {"type": "string"}},
        "env_file": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["path"],
                "properties": {"path": {"type": "string"}, "required": {"type": "boolean"}},
            },
        },
        "ports": STRINGS,
        "volumes": STRINGS,
        "tmpfs": STRINGS,
        "cap_drop": STRINGS,
        "security_opt": STRINGS,
        "read_only": {"type": "boolean"},
        "init": {"type": "boolean"},
        "mem_limit": {"type": "string", "pattern": r"^\d+[mg]$"},
        "logging": {
            "type": "object",
            "additionalProperties": False,
            "required": ["driver", "options"],
            "properties": {
                "driver": {"enum": ["json-file", "local"]},
                "options": {"type": "object", "additionalProperties": {"type": "string"}},
            },
        },
        "shm_size": {"type": "string", "pattern": r"^\d+[bkmg]$"},
        "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
        "stop_grace_period": DURATION,
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["condition"],
                "properties": {"condition": CONDITION},
            },
        },
        "healthcheck": {
            "type": "object",
            "additionalProperties": False,
            "required": ["test", "interval", "timeout", "retries"],
            "properties": {
                "test": {"type": "array", "prefixItems": [{"enum": ["CMD", "CMD-SHELL"]}]},
                "interval": DURATION,
                "timeout": DURATION,
                "start_period": DURATION,
                "retries": {"type": "integer", "minimum": 1},
            },
        },
    },
}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["services", "volumes"],
    "patternProperties": {"^x-": {}},
    "properties": {
        "services": {"type": "object", "additionalProperties": SERVICE},
        "volumes": {"type": "object", "additionalProperties": {"type": "null"}},
    },
}


def text() -> str:
    return (ROOT / "docker-compose.yml").read_text()


def interpolated(part: Any, given: Mapping[str, str]) -> Any:
    """Compose's `${NAME:-default}`, `${NAME:?message}` and `$$` in every string of `part`.

    After parsing, as compose does it: `off` from the environment stays a word. KeyError: a name
    that is required.
    """

    def value(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        if match["kind"] == "-":
            return given.get(match["name"]) or match["text"]
        return given[match["name"]]

    if isinstance(part, dict):
        return {key: interpolated(each, given) for key, each in part.items()}
    if isinstance(part, list):
        return [interpolated(each, given) for each in part]
    return REFERENCE.sub(value, part) if isinstance(part, str) else part


def required_names() -> set[str]:
    return {found["name"] for found in REFERENCE.finditer(text()) if found["kind"] == "?"}


def filled_in() -> str:
    """.env.example with a value wherever it leaves one out, other than those compose brings."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    given = {line.removesuffix("=") for line in lines if re.fullmatch(r"[A-Z_]+=", line)}
    assert given - {"DATABASE_URL", "REDIS_URL"} == set(GIVEN)
    return "\n".join(
        f"{line}{GIVEN.get(line.removesuffix('='), '')}" if line.endswith("=") else line
        for line in lines
    )


def services() -> dict[str, Any]:
    return dict(interpolated(yaml.safe_load(text()), GIVEN)["services"])


class TestComposeFile:
    def test_has_the_shape_that_compose_wants(self) -> None:
        jsonschema.validate(yaml.safe_load(text()), SCHEMA)

    def test_asks_for_what_the_example_leaves_to_be_filled_in(self) -> None:
        assert required_names() == set(GIVEN)

    @pytest.mark.parametrize("name", ["migrate", "web", "worker", "beat"])
    def test_builds_its_settings_from_the_example_once_that_is_filled_in(
        self, name: str, tmp_path: Path
    ) -> None:
        file = tmp_path / ".env"
        file.write_text(filled_in())
        # What compose hands on: the file's own lines, then what the service sets.
        own = dict(
            line.split("=", 1) for line in filled_in().splitlines() if re.match("[A-Z]", line)
        )
        env = clean_environment(**{**own, **services()[name]["environment"], "ENV_FILE": str(file)})
        env |= {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "scheduler.settings"}
        env |= {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)} if name == "web" else {}
        deployed = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
        checked = subprocess.run(
            [sys.executable, *(deployed if name == "web" else ["-m", "scheduler.settings"])],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert checked.returncode == 0, checked.stderr

    @pytest.mark.parametrize("name", sorted(GIVEN))
    def test_does_not_start_without_what_it_needs(self, name: str) -> None:
        with pytest.raises(KeyError, match=name):
            interpolated(
                yaml.safe_load(text()), {key: value for key, value in GIVEN.items() if key != name}
            )

    def test_checks_the_health_of_all_that_runs_and_starts_it_again(self) -> None:
        running = {name: one for name, one in services().items() if name != "migrate"}
        assert set(running) == {"web", "worker", "beat", "postgres", "redis"}
        for service in running.values():
            assert service["restart"] == "unless-stopped"
            assert service["healthcheck"]["test"]

    def test_waits_for_what_each_needs(self) -> None:
        everything = services()
        for name, service in everything.items():
            for needed, how in service.get("depends_on", {}).items():
                if how["condition"] == "service_healthy":
                    assert "healthcheck" in everything[needed], (name, needed)
        for name in ("web", "worker", "beat"):
            migrated = everything[name]["depends_on"]["migrate"]
            assert migrated == {"condition": "service_completed_successfully"}

    def test_publishes_nothing_but_the_web_server_and_that_on_loopback(self) -> None:
        published = {name: one["ports"] for name, one in services().items() if "ports" in one}
        assert published == {"web": ["127.0.0.1:8000:8000"]}

    def test_runs_one_image_without_root_and_holds_no_secret(self) -> None:
        own = [one for one in services().values() if "build" in one]
        assert len({one["image"] for one in own}) == 1
        last_stage = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
        assert "\nUSER scheduler\n" in last_stage
        for line in text().splitlines():
            if re.search(r"(SECRET_KEY|LINK_KEYS|PASSWORD|SID|EMAIL_URL): ", line):
                assert ":?" in line, line

    def test_bounds_the_rights_the_memory_and_the_logs_of_each(self) -> None:
        for name, service in services().items():
            assert service["security_opt"] == ["no-new-privileges:true"], name
            assert service["mem_limit"], name
            assert set(service["logging"]["options"]) == {"max-size", "max-file"}, name

    def test_holds_what_others_built_by_version_and_digest(self) -> None:
        named = [one["image"] for one in services().values() if "build" not in one]
        stages = (ROOT / "Dockerfile").read_text().splitlines()
        named += [line.split()[1] for line in stages if re.match(r"FROM \S+:", line)]
        assert len(named) >= 5
        for image in named:
            assert re.fullmatch(r"\w+:\d+\.\d+(\.\d+)?(-\w+)*@sha256:[0-9a-f]{64}", image), image

    def test_the_image_gets_only_what_is_named(self) -> None:
        ignored = (ROOT / ".dockerignore").read_text().splitlines()
        patterns = [line for line in ignored if line and not line.startswith("#")]
        assert patterns[0] == "*"
        sources = re.findall(
            r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE
        )
        for source in " ".join(sources).split():
            assert f"!{source.split('/')[0]}" in patterns, source
            assert (ROOT / source).exists(), source


class Stack:
    """Web, worker and beat as compose would start them, but on this machine's servers."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.port = free_port()
        self._folder = folder
        self._replaced = {
            "DATABASE_URL": database_url,
            "REDIS_URL": os.environ["REDIS_URL"],
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "DATA_DIR": str(folder),
            "BEAT_SCHEDULE": str(folder / "beat"),
            "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
            "HOSTNAME": socket.gethostname(),
            "ENV_FILE": os.devnull,
            "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
        }
        self._running: list[Terminal] = []

    def environment(self, name: str) -> dict[str, str]:
        given: dict[str, str] = services()[name]["environment"]
        here = {key: value for key, value in self._replaced.items() if key in given or key in OURS}
        return clean_environment(**{**given, **here})

    def finish(self, name: str) -> None:
        done = subprocess.run(
            services()[name]["command"],
            cwd=ROOT,
            env=self.environment(name),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self, name: str) -> Terminal:
        command, log = services()[name]["command"], self._folder / f"{name}.log"
        running = Terminal(command, cwd=ROOT, env=self.environment(name), log=log)
        self._running.append(running)
        return running

    def is_healthy(self, name: str) -> bool:
        kind, *test = services()[name]["healthcheck"]["test"]
        command = ["sh", "-c", *test] if kind == "CMD-SHELL" else test
        checked = subprocess.run(
            command, cwd=ROOT, env=self.environment(name), capture_output=True, check=False
        )
        return checked.returncode == 0

    def end(self) -> None:
        for running in self._running:
            running.end()


@pytest.fixture
def stack(place: Path) -> Iterator[Stack]:
    """With a database of its own, which the test's transactions don't touch."""
    with template.database() as name:
        stack = Stack(place, template.address(name))
        yield stack
        stack.end()


class TestItsCommands:
    def test_migrate_serve_work_and_beat(self, stack: Stack) -> None:
        stack.finish("migrate")
        running = {name: stack.start(name) for name in ("web", "worker", "beat")}
        for name, process in running.items():
            healthy = wait_until(partial(stack.is_healthy, name), seconds=60, every=0.5)
            assert healthy, process.said()
        address = f"http://127.0.0.1:{stack.port}"
        assert status(f"{address}/healthz", PUBLIC_HOST) == 200
        ready = wait_until(
            lambda: status(f"{address}/readyz", PUBLIC_HOST) == 200, seconds=60, every=0.5
        )
        assert ready, "".join(process.said() for process in running.values())
        assert not any(process.has_ended() for process in running.values())

    def test_web_is_unhealthy_when_it_does_not_run(self, stack: Stack) -> None:
        assert not stack.is_healthy("web")
        assert not stack.is_healthy("beat")
