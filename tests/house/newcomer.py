"""What the README tells a newcomer to type, typed beside a run of a fresh clone."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from scheduler.embedded.process import wait_until
from tests.services import ROOT, clean_environment

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

    def books_and_sees_a_reminder_go_out(self) -> None:
        """From the list of free times to the day before the visit."""
        make_run, make_test, slots, book, verify, due, send = commands()
        assert (make_run, make_test) == ("make run", "make test")
        free = json.loads(self.types(slots))["slots"]
        start = free[len(free) // 2]["start"]
        self.learns(A_START_FROM_ABOVE=start)
        held = json.loads(self.types(book))
        self.learns(TOKEN=held["token"], CODE=self._code())
        assert json.loads(self.types(verify))["status"] == "booked"
        assert "reminder-1-day" in self.types(due)
        day_before = datetime.fromisoformat(start) - timedelta(hours=12)
        self.learns(TIME=day_before.isoformat())
        assert re.search(r"[1-9]\d* delivered to the outbox", self.types(send))
        texts = [entry["text"] for entry in self._outbox()]
        assert any("Reply 1 to confirm" in text for text in texts)

    def _code(self) -> str:
        """Of what goes out meanwhile, the one text that begins with six digits."""

        def codes() -> list[str]:
            texts = [str(entry["text"]) for entry in self._outbox()]
            return [text[:6] for text in texts if re.match(r"\d{6}\b", text)]

        assert wait_until(lambda: bool(codes()), seconds=20)
        return codes()[-1]

    def _outbox(self) -> list[dict[str, Any]]:
        folder = self.checkout / ".data" / "outbox"
        return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
