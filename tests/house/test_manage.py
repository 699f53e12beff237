"""Commands refuse what the settings refuse."""

import os
import subprocess
import sys

from tests.api.test_settings import SERVER
from tests.services import ROOT


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
