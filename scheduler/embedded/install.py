"""Installs locked packages into `.venv`: `python3.11 scheduler/embedded/install.py FILE ...`.

Run by the Python that `.venv` is made of, before anything is installed: the standard library has
to do. pip fetches uv, and uv the files' packages, in seconds; each is what its hash says or is not
installed. uv reads no settings of pip's, so it is handed this machine's. Where it can't get
something all the same, pip does, more slowly and with the same hashes.
"""

import ast
import os
import subprocess
import sys
import time
import venv
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

VENV = Path(".venv")
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
LOCKED_UV = "requirements-uv.txt"
# What uv calls the settings that pip has under these names.
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "no-index": "UV_NO_INDEX",
    "cert": "SSL_CERT_FILE",
}


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def pip() -> list[str]:
    """This Python's own pip, working on `.venv`; one in `.venv` where this Python has none."""
    if find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    if not (VENV / "bin" / "pip").exists():
        subprocess.run([PYTHON, "-m", "ensurepip", "--default-pip"], check=True)
    return [str(PYTHON), "-m", "pip"]


def pip_settings(with_pip: Sequence[str]) -> dict[str, str]:
    """pip's settings on this machine by name; of several of one name, the one that pip follows."""
    listed = subprocess.run(
        [*with_pip, "config", "list"], check=False, capture_output=True, text=True
    ).stdout
    found: dict[str, str] = {}
    for wanted in ("global", "install", ":env:"):  # each beats the one before
        for line in listed.splitlines():
            key, _, value = line.partition("=")
            section, _, name = key.rpartition(".")
            if section == wanted:
                found[name] = " ".join(ast.literal_eval(value).split())
    return found


def uv_environment(settings: Mapping[str, str], env: Mapping[str, str]) -> dict[str, str]:
    """`env` with pip's indexes and certificates under uv's names; what uv is told itself stays."""
    handed = {UV_NAMES[name]: value for name, value in settings.items() if name in UV_NAMES}
    # As pip does: all indexes count. Hashes say which file it is, wherever it lies.
    return {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_SYSTEM_CERTS": "1", **handed, **env}


def install(files: Sequence[str]) -> int:
    """The exit code: 0 when everything in `files` is in `.venv`."""
    if not PYTHON.exists():
        say("Making .venv")
        venv.create(VENV, symlinks=True, with_pip=False)
    with_pip = [*pip(), "--disable-pip-version-check"]
    locked = ["--require-hashes", *(word for file in files for word in ("-r", file))]
    if fetch_uv(with_pip):
        say(f"Installing {' and '.join(files)}")
        command = [str(UV), "pip", "install", "--python", str(PYTHON), *locked]
        env = uv_environment(pip_settings(with_pip), os.environ)
        if subprocess.run(command, check=False, env=env).returncode == 0:
            return 0
    say("uv could not install everything: pip tries, which takes longer")
    return subprocess.run([*with_pip, "install", *locked], check=False).returncode


def fetch_uv(with_pip: Sequence[str]) -> bool:
    """Whether the locked uv is in `.venv`, where it may have been before."""
    if UV.exists():
        has = subprocess.run([UV, "--version"], check=False, capture_output=True, text=True)
        if has.stdout.split()[:2] == Path(LOCKED_UV).read_text().split()[0].split("=="):
            return True
    say("Fetching uv, which fetches the rest")
    command = [*with_pip, "install", "-qq", "--require-hashes", "-r", LOCKED_UV]
    return subprocess.run(command, check=False).returncode == 0


def main(files: Sequence[str]) -> int:
    began = time.monotonic()
    code = install(files)
    say(f"Packages are {'there' if code == 0 else 'missing'} ({time.monotonic() - began:.0f} s)")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
