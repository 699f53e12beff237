"""The README is true: what it tells a newcomer to type is typed here, in a fresh clone."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.embedded.process import wait_until
from tests.house.product import Running, clean_environment, clone, free_port, status
from tests.services import ROOT

README = (ROOT / "README.md").read_text("utf-8")
# What curl does, for machines that have none: the address, -H and -d.
CURL = f"""#!{sys.executable}
import sys, urllib.request
words = sys.argv[1:]
url, headers, body = words.pop(0), {{}}, None
while words:
    flag, value = words.pop(0), words.pop(0)
    if flag == "-H":
        name, _, text = value.partition(":")
        headers[name] = text.strip()
    elif flag == "-d":
        body = value.encode()
    else:
        sys.exit(f"curl here does not know {{flag}}")
print(urllib.request.urlopen(urllib.request.Request(url, body, headers)).read().decode())
"""


def commands() -> list[str]:
    """Each command of the console blocks, the ones over several lines whole."""
    blocks = "".join(re.findall(r"```console\n(.*?)```", README, re.DOTALL))
    return [line.strip() for line in re.split(r"\n(?=curl|make|\.venv)", blocks) if line.strip()]


class Newcomer:
    """Types what the README says, with the placeholders filled in."""

    def __init__(self, checkout: Path, port: int) -> None:
        self.checkout = checkout
        self._port = port
        self._known: dict[str, str] = {
            "FIRST-DAY": datetime.now(UTC).date().isoformat(),
            "LAST-DAY": (datetime.now(UTC).date() + timedelta(days=30)).isoformat(),
        }
        shim = checkout.parent / "bin" / "curl"
        shim.parent.mkdir()
        shim.write_text(CURL)
        shim.chmod(0o755)
        self._path = f"{shim.parent}:/usr/bin:/bin"

    def learns(self, **known: str) -> None:
        self._known |= {name.replace("_", "-"): value for name, value in known.items()}

    def types(self, command: str) -> str:
        command = command.replace("127.0.0.1:8000", f"127.0.0.1:{self._port}")
        for placeholder, value in self._known.items():
            command = command.replace(placeholder, value)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=self.checkout,
            env=clean_environment(PATH=self._path),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture
def newcomer(place: Path) -> Iterator[Newcomer]:
    checkout = clone(place / "checkout")
    port = free_port()
    run = Running(
        ["make", "run"],
        cwd=checkout,
        env=clean_environment(PORT=str(port)),
        log=place / "run.log",
    )
    assert run.says("Ctrl-C stops everything", seconds=90), run.said()
    # The terminal is quicker than the worker; a person is not.
    assert wait_until(lambda: status(f"http://127.0.0.1:{port}/readyz") == 200, seconds=60)
    yield Newcomer(checkout, port)
    run.interrupt()
    run.wait(60)


def outbox(checkout: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted(checkout.glob("*.json"))]


class TestTheReadme:
    def test_names_commands_that_make_knows(self) -> None:
        asked = subprocess.run(
            ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        for target in set(re.findall(r"`(?:PORT=\d+ )?make ([a-z-]+)`", README)):
            assert f"make {target}" in asked.stdout

    def test_points_at_files_that_are_there(self) -> None:
        for target in re.findall(r"\]\(([^)#:]+)\)", README):
            assert (ROOT / target).exists(), target

    def test_every_setting_it_names_is_in_the_example(self) -> None:
        example = (ROOT / ".env.example").read_text()
        table = README.partition("## Settings")[2]
        for row in re.findall(r"^\| (`.*?`.*?) \|", table, re.MULTILINE):
            for name in re.findall(r"`([A-Z_]+)`", row):
                assert name in example, name

    def test_a_newcomer_books_verifies_and_sees_a_reminder_go_out(self, newcomer: Newcomer) -> None:
        make_run, make_test, slots, book, verify, due, send = commands()
        assert (make_run, make_test) == ("make run", "make test")
        free = json.loads(newcomer.types(slots))["slots"]
        start = free[len(free) // 2]["start"]
        newcomer.learns(A_START_FROM_ABOVE=start)
        held = json.loads(newcomer.types(book))
        newcomer.learns(TOKEN=held["token"], CODE=self._code(newcomer))
        assert json.loads(newcomer.types(verify))["status"] == "booked"
        assert "reminder-1-day" in newcomer.types(due)
        day_before = datetime.fromisoformat(start) - timedelta(hours=12)
        newcomer.learns(TIME=day_before.isoformat())
        assert re.search(r"[1-9]\d* delivered to the outbox", newcomer.types(send))
        texts = [entry["text"] for entry in outbox(newcomer.checkout / ".data" / "outbox")]
        assert any("Reply 1 to confirm" in text for text in texts)

    @staticmethod
    def _code(newcomer: Newcomer) -> str:
        """Of what goes out meanwhile, the one text that begins with six digits."""
        folder = newcomer.checkout / ".data" / "outbox"

        def codes() -> list[str]:
            texts = [str(entry["text"]) for entry in outbox(folder)]
            return [text[:6] for text in texts if re.match(r"\d{6}\b", text)]

        assert wait_until(lambda: bool(codes()), seconds=20)
        return codes()[-1]
