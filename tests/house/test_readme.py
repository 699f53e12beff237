"""The README is true. What it tells a newcomer to type is typed in `test_run.py`."""

import re
import subprocess

import pytest

from tests.house.newcomer import README
from tests.services import ROOT


class TestTheReadme:
    @pytest.mark.process
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
