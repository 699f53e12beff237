"""What the docs say of the rooms is so: the table, the links, the commands, the limits."""

import re
import shlex
import subprocess
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import pytest

from tests.house import floors, rooms

ROOT = rooms.ROOT
# The README's commands are typed by test_readme.
DOCS = (
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
)
ROOMS = (ROOT / "docs/rooms.md").read_text("utf-8")
QUESTIONS = 6


def linked() -> list[tuple[str, str]]:
    """(doc, target) of each link to a file."""
    found = []
    for doc in DOCS:
        text = (ROOT / doc).read_text("utf-8")
        found += [(doc, to) for to in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if "://" not in to]
    return found


def anchored() -> list[tuple[str, str, str]]:
    """(doc, target, anchor) of each link to a heading; an empty target is the doc itself."""
    return [
        (doc, to, anchor)
        for doc in ("README.md", *DOCS)
        for to, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", (ROOT / doc).read_text("utf-8"))
    ]


def commands() -> list[str]:
    """What the docs tell to type: the lines of console blocks, and `make …` in ticks."""
    found: set[str] = set()
    for doc in DOCS:
        text = (ROOT / doc).read_text("utf-8")
        for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
            found |= set(block.strip().splitlines())
        found |= set(re.findall(r"`(make [^`]+)`", text))
        found |= set(re.findall(r"`(python -m [^`]+)`", text))
    return sorted(found)


def typed(beginning: str) -> list[str]:
    return [command for command in commands() if command.startswith(beginning)]


class TestTheTable:
    def test_names_each_room_once(self) -> None:
        named = re.findall(r"^\| \[`(\w+)`\]\(\.\./scheduler/\1/\) \|", ROOMS, re.MULTILINE)
        assert sorted(named) == sorted(rooms.rooms())

    @pytest.mark.parametrize("room", sorted(rooms.rooms() - {"management", "templatetags"}))
    def test_is_told_by_each_room_itself(self, room: str) -> None:
        assert (ROOT / "scheduler" / room / "__init__.py").read_text().startswith('"""')

    def test_has_the_floors_of_the_contract(self) -> None:
        contract = (ROOT / "pyproject.toml").read_text().split('type = "floors"')[1]
        layers = contract.split("layers = [")[1].split("]")[0]
        checked = [set(re.findall(r"\w+", line)) - {"scheduler"} for line in layers.split("\n")]
        shown = re.findall(r"^\d+\. (.*)$", ROOMS, re.MULTILINE)
        told = [set(re.findall(r"\w+", line)) - {"scheduler"} for line in shown]
        assert told == list(filter(None, checked))


class TestTheSixQuestions:
    def test_are_answered_by_a_folder_and_a_file_in_it(self) -> None:
        answers = re.findall(r"^\| [^|]+\? \| `([^`]+)` \| \[`([\w.]+)`\]", ROOMS, re.MULTILINE)
        assert len(answers) == QUESTIONS
        for folder, file in answers:
            assert (ROOT / folder / file).is_file(), f"{folder}/{file}"


class TestTheDocs:
    @pytest.mark.parametrize(("doc", "target"), linked())
    def test_link_to_what_is_there(self, doc: str, target: str) -> None:
        assert ((ROOT / doc).parent / target).exists()

    @pytest.mark.parametrize(("doc", "target", "anchor"), anchored())
    def test_link_to_headings_that_are_there(self, doc: str, target: str, anchor: str) -> None:
        text = (((ROOT / doc).parent / target) if target else ROOT / doc).read_text("utf-8")
        headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        assert anchor in {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}

    @pytest.mark.process
    @pytest.mark.parametrize("command", [c for c in typed("make ") if c != "make run"])
    def test_show_what_make_can_do(self, command: str) -> None:
        """Each recipe as it would run, `make run` aside, which test_readme types: most of them run
        this suite or parts of it."""
        words = [word for word in shlex.split(command) if "…" not in word]
        done = subprocess.run(
            [*words, "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    @pytest.mark.parametrize("module", [c.split()[2] for c in typed("python -m ")])
    def test_show_modules_that_are_there(self, module: str) -> None:
        assert find_spec(module)

    @pytest.mark.process
    @pytest.mark.parametrize("command", typed(".venv/"))
    def test_show_commands_that_work(self, command: str) -> None:
        words = shlex.split(command)
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


class TestTheLimits:
    def test_no_folder_holds_more_than_twenty_modules(self) -> None:
        assert {str(folder): n for folder, n in rooms.folders().items() if n > 20} == {}

    def test_no_file_is_longer_than_250_lines(self) -> None:
        lengths = {str(path): rooms.lines_of(path) for path in rooms.files()}
        assert {path: lines for path, lines in lengths.items() if lines > 250} == {}

    def test_half_of_the_files_fit_a_screen(self) -> None:
        assert median(map(rooms.lines_of, rooms.files())) <= 60


class TestTheFloors:
    FLOOR = {"booking": 0, "messaging": 1, "clinic": 2}

    @pytest.mark.parametrize(
        ("importer", "imported", "may"),
        [
            ("scheduler.booking.models", "scheduler.core.status", True),
            ("scheduler.booking.models", "scheduler.clinic.models.hours", True),
            ("scheduler.clinic.models.hours", "scheduler.clinic.models.conditions", True),
            ("scheduler.clinic.models.hours", "scheduler.booking.models", False),
            ("scheduler.booking.models", "scheduler.clinic.current", False),
            ("scheduler.booking.models", "scheduler.booking.cancel", False),
            ("scheduler.booking.models", "tasks.nudge", False),
        ],
    )
    def test_bind_the_tables(self, importer: str, imported: str, may: bool) -> None:
        assert floors.may_import(importer, imported, self.FLOOR) is may

    def test_leave_the_tables_to_their_own_ladder(self) -> None:
        assert floors.is_table("scheduler.booking.models")
        assert floors.is_table("scheduler.clinic.models.hours")
        assert not floors.is_table("scheduler.booking.cancel")

    def test_have_no_exceptions(self) -> None:
        text = (ROOT / "pyproject.toml").read_text()
        assert set(re.findall(r"ignore_imports = (.*)", text)) == {"[]"}


class TestTheGlossary:
    def test_has_each_word_once(self) -> None:
        text = (ROOT / "docs/glossary.md").read_text("utf-8").split("| our word |")[0]
        words = re.findall(r"^\| ([a-z][\w -]+) \|", text, re.MULTILINE)[1:]
        assert len(words) == len(set(words)) > 30


def test_the_gathered_tables_are_all_there_are() -> None:
    gathered = (ROOT / "scheduler/models/__init__.py").read_text()
    for path in rooms.files():
        if "models" in path.with_suffix("").parts[2:] and Path(path).name != "__init__.py":
            text = (ROOT / path).read_text()
            for name in re.findall(r"^class ([A-Z]\w+)\(models\.Model", text, re.MULTILINE):
                assert f'"{name}"' in gathered, name
