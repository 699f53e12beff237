"""Commands refuse what the settings refuse, and say what is missing in a line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.test_settings import SERVER
from tests.services import ROOT, clean_environment


class TestManage:
    def test_refuses_an_unsafe_switch(self) -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", "check"],
            env={**os.environ, **SERVER, "API_THROTTLE": "off"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode != 0
        assert "API_THROTTLE=off is for a developer's machine only" in done.stderr

    @pytest.mark.parametrize(
        "command",
        [("export", "patients", "x.csv"), ("migrate",), ("help",), ("due",), ("nonsense",)],
    )
    def test_says_which_setting_is_missing_without_a_traceback(
        self, command: tuple[str, ...], tmp_path: Path
    ) -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=clean_environment(ENV_FILE=os.devnull, DATA_DIR=str(tmp_path)),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert done.stderr.startswith("SECRET_KEY is not set: ")
        assert len(done.stderr.splitlines()) == 1
