"""The packages of a fresh clone: hashes hold, pip's settings reach uv, and pip stands in for it."""

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scheduler.embedded import install
from tests.services import ROOT

# An installer that can reach nothing, as behind a proxy that it does not know.
LOST = "import sys\n\ndef main():\n    sys.exit('uv: no index answers')\n"


def wheel(index: Path, name: str, code: str) -> str:
    """A package in a folder that serves as an index; its line for a locked file."""
    info = f"{name}-1.0.dist-info"
    files = {
        f"{name}_code.py": code,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[console_scripts]\n{name} = {name}_code:main\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    made = index / name / f"{name}-1.0-py3-none-any.whl"
    made.parent.mkdir(parents=True)
    with zipfile.ZipFile(made, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    (made.parent / "index.html").write_text(f'<a href="{made.name}">{made.name}</a>')
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(made.read_bytes()).hexdigest()}\n"


class TestInstalling:
    @staticmethod
    def run(folder: Path) -> subprocess.CompletedProcess[str]:
        """In `folder`, from the index there and no other."""
        env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        env |= {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": (folder / "index").as_uri()}
        return subprocess.run(
            [sys.executable, ROOT / "scheduler/embedded/install.py", "requirements.txt"],
            cwd=folder,
            env=env,
            check=False,
            capture_output=True,
            text=True,
        )

    def test_pip_installs_what_uv_cannot_reach_and_nothing_that_was_not_locked(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / "requirements-uv.txt").write_text(wheel(tmp_path / "index", "uv", LOST))
        locked = wheel(tmp_path / "index", "hello", "at = 7\n")
        (tmp_path / "requirements.txt").write_text(locked[:-5] + "0000\n")
        done = self.run(tmp_path)
        assert done.returncode != 0
        assert done.stdout.startswith("Making .venv\n")
        assert "Packages are missing" in done.stdout
        assert not list(tmp_path.glob(".venv/lib/*/site-packages/hello_code.py"))

        (tmp_path / "requirements.txt").write_text(locked)
        done = self.run(tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "pip tries" in done.stdout
        found = subprocess.run(
            [tmp_path / ".venv/bin/python", "-c", "import hello_code; print(hello_code.at)"],
            check=True,
            capture_output=True,
            text=True,
        )
        assert found.stdout == "7\n"


class TestWhatUvIsHanded:
    def test_this_machines_indexes_and_certificates(self) -> None:
        settings = {
            "index-url": "https://packages.example/simple",
            "extra-index-url": "https://more.example/simple",
            "cert": "/certificates.pem",
            "timeout": "180",
        }
        handed = install.uv_environment(settings, {"PATH": "/bin"})
        assert handed["UV_DEFAULT_INDEX"] == "https://packages.example/simple"
        assert handed["UV_INDEX"] == "https://more.example/simple"
        assert handed["SSL_CERT_FILE"] == "/certificates.pem"
        assert handed["PATH"] == "/bin"

    def test_what_uv_is_told_itself_stays(self) -> None:
        settings = {"index-url": "https://packages.example/simple"}
        told = {"UV_DEFAULT_INDEX": "https://own.example/simple"}
        assert (
            install.uv_environment(settings, told)["UV_DEFAULT_INDEX"] == told["UV_DEFAULT_INDEX"]
        )

    def test_the_environment_beats_pips_files(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        config = tmp_path / "pip.conf"
        config.write_text(
            "[global]\nindex-url = https://a.example/simple\n"
            "extra-index-url =\n  https://b.example/simple\n  https://c.example/simple\n"
        )
        monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
        monkeypatch.setenv("PIP_INDEX_URL", "https://d.example/simple")
        monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
        settings = install.pip_settings(install.pip())
        assert settings["index-url"] == "https://d.example/simple"
        assert settings["extra-index-url"] == "https://b.example/simple https://c.example/simple"
