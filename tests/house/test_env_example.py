"""`.env.example` lists every setting, each with a word on it, and none that nobody reads."""

import re

import pytest

from tests.services import ROOT, documented_names

# Read outside the settings file: by the commands, by `make run`, by a library.
ELSEWHERE = {
    "PORT",
    "WEB_PROCESSES",
    "WEB_THREADS",
    "WORKER_PROCESSES",
    "ENV_FILE",
    "PROMETHEUS_MULTIPROC_DIR",
    "POSTGRES_PASSWORD",
    "PUBLISHED_PORT",
}
READ = re.compile(
    r"""(?:\benv(?:\.\w+)?|\brequired|\bon|\b_\w+)\(\s*"([A-Z][A-Z0-9_]{3,})"|environ(?:\.get\(|\[)"([A-Z_]{4,})"""
)


def names_read_by_settings() -> set[str]:
    files = ("settings.py", "environment.py")
    text = "".join((ROOT / "scheduler" / file).read_text() for file in files)
    return {first or second for first, second in READ.findall(text)}


def read_elsewhere(name: str) -> bool:
    """Whether a command, `make run`, the compose file or a library we depend on knows it."""
    places = [ROOT / "docker-compose.yml", ROOT / "Dockerfile"]
    for entry_points in ("embedded", "server"):
        places += sorted((ROOT / "scheduler" / entry_points).glob("*.py"))
    return any(name in place.read_text() for place in places)


class TestEnvExample:
    def test_lists_exactly_what_is_read(self) -> None:
        assert documented_names() == names_read_by_settings() | ELSEWHERE

    @pytest.mark.parametrize("name", sorted(ELSEWHERE))
    def test_lists_nothing_that_nobody_reads(self, name: str) -> None:
        assert read_elsewhere(name)

    def test_explains_each_group(self) -> None:
        lines = (ROOT / ".env.example").read_text().splitlines()
        assignments = [n for n, line in enumerate(lines) if re.match(r"#?[A-Z][A-Z0-9_]+=", line)]
        # A comment or a sibling stands directly above; a blank line would leave it unexplained.
        assert [lines[n] for n in assignments if not lines[n - 1].strip()] == []

    def test_holds_no_secret(self) -> None:
        for line in (ROOT / ".env.example").read_text().splitlines():
            if re.match(r"(SECRET_KEY|LINK_KEYS|.*PASSWORD|.*TOKEN)=", line):
                assert line.endswith("=")
