"""Each place installs what it needs and no more: a server, `make run`, the tests."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.services import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS = PROJECT["dependency-groups"]
OWN = {"scheduler", "api", "tasks"}
# A developer's command; nothing that runs imports it.
TRANSLATORS = ROOT / "scheduler" / "management" / "commands" / "update_translations.py"
# Not imported by name: the zones' data, Django's driver, and the server that `commands` starts.
UNIMPORTED = {"tzdata", "psycopg", "granian"}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def asked(requirements: list[str]) -> set[str]:
    return {normal(re.split(r"[\[<>=!~; ]", line)[0]) for line in requirements}


def locked(*files: str) -> set[str]:
    texts = [(ROOT / file).read_text() for file in files]
    return {normal(n) for text in texts for n in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}


def imported(path: Path) -> Iterator[str]:
    """The first name of every module that the file imports, wherever it does."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def needed(paths: list[Path]) -> dict[str, Path]:
    """The distributions that the files import, each with a file that does."""
    distributions = packages_distributions()
    return {
        normal(distribution): path
        for path in paths
        for name in imported(path)
        if name not in sys.stdlib_module_names | OWN
        for distribution in distributions[name]
    }


def sources(embedded: bool) -> list[Path]:
    """The product's files: what only `make run` runs, or the rest."""
    files = [ROOT / "manage.py", *(p for folder in OWN for p in (ROOT / folder).rglob("*.py"))]
    return [
        path for path in files if ("embedded" in path.parts) == embedded and path != TRANSLATORS
    ]


class TestWhatIsInstalled:
    def test_a_server_gets_nothing_that_only_runs_on_a_developers_machine_or_tests(self) -> None:
        others = asked(GROUPS["run"]) | asked(GROUPS["dev"]) | asked(GROUPS["installer"])
        assert not locked("requirements.txt") & others

    def test_make_run_gets_no_tool_of_the_tests(self) -> None:
        ours = locked("requirements.txt", "requirements-run.txt", "requirements-uv.txt")
        assert not ours & asked(GROUPS["dev"])

    def test_the_product_imports_only_what_a_server_installs(self) -> None:
        missing = {
            name: path
            for name, path in needed(sources(embedded=False)).items()
            if name not in locked("requirements.txt")
        }
        assert not missing

    def test_make_run_imports_only_what_it_installs(self) -> None:
        there = locked("requirements.txt", "requirements-run.txt")
        assert needed(sources(embedded=True)).keys() <= there

    def test_a_server_installs_only_what_the_product_uses(self) -> None:
        code = needed(sources(embedded=False)).keys()
        settings = (ROOT / "scheduler" / "installed.py").read_text()
        # Applications that only the settings name, such as django_htmx.
        named = {
            normal(distribution)
            for name, distributions in packages_distributions().items()
            for distribution in distributions
            if re.search(rf'"{re.escape(name)}[."]', settings)
        }
        unused = asked(PROJECT["project"]["dependencies"]) - code - named - UNIMPORTED
        assert not unused

    def test_the_node_packages_of_the_tests_are_apart_from_those_of_the_style_sheets(self) -> None:
        words = (ROOT / "package.json").read_text()
        build = (ROOT / "scheduler/pages/styles/build.mjs").read_text()
        for name in re.findall(r'"(@?[\w./-]+)": "\d', words.partition('"devDependencies"')[0]):
            assert name in build, name

    @pytest.mark.parametrize("part", ["", "-uv", "-run", "-dev"])
    def test_every_package_is_locked_with_its_hashes(self, part: str) -> None:
        entries = re.split(r"\n(?=\w)", (ROOT / f"requirements{part}.txt").read_text())
        assert entries
        for entry in entries:
            assert "--hash=sha256:" in entry, entry
