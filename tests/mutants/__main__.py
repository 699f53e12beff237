"""`python -m tests.mutants [--only WORDS] [--suite quick] [--at-once 2] [--why] [--unchecked]`:
every behavior.

Ends with 1 where a behavior survives or can't be made.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

import psycopg

from tests.mutants.behaviors import MUTANTS
from tests.mutants.mutant import Mutant
from tests.mutants.named_tests import known_tests
from tests.mutants.runs import End, collected, run
from tests.mutants.servers import Servers, servers
from tests.mutants.snippets import PointAnew, product
from tests.mutants.table import Row, row, show
from tests.mutants.trees import broken, copy_tree, places
from tests.services import ROOT

_IN_PARALLEL = ["-n", "2", "--dist", "worksteal"]
# It takes a second to load.
_ALONE = ["-p", "no:xdist"]
# The test of these very behaviors, which fails on each tree in which one is broken.
_QUICK = ["--quick", "--deselect", "tests/house/test_mutants.py"]


class Workshop:
    """A copy of the tree for each lane, and the servers that all of them share."""

    def __init__(self, made: Servers, *, quick: bool) -> None:
        self._servers = made
        self._files = product(ROOT)
        self._tests = known_tests(ROOT)
        self._tree = copy_tree(ROOT, made.folder / "tree-0")
        self._quick: set[str] = set()
        made.fill(self._tree)
        if quick:
            with made.environment(0) as environment:
                self._quick = collected(self._tree, environment, _QUICK)

    def check(self, mutants: Sequence[Mutant]) -> None:
        """Ends everything unless the tests pass on the tree as it is: what fails already would
        catch whatever one likes."""
        named = sorted({test for mutant in mutants for test in self._named(mutant)})
        if self._quick:
            self._passes([*_QUICK])
            named = [test for test in named if test not in self._quick]
        if named:
            self._passes(named)

    def _passes(self, arguments: list[str]) -> None:
        with self._servers.environment(0) as environment:
            found = run(self._tree, environment, [*_IN_PARALLEL, *arguments])
        if found.end is not End.PASSED:
            sys.exit(f"{found.said}\nThe tests do not pass on the unchanged tree.")
        print(f"The unchanged tree passes, {found.seconds:.0f} s.", flush=True)

    def lanes(self, count: int) -> "SimpleQueue[tuple[int, Path]]":
        """Copies to work in, compiled by the first run."""
        free: SimpleQueue[tuple[int, Path]] = SimpleQueue()
        free.put((0, self._tree))
        for number in range(1, count):
            free.put((number, copy_tree(self._tree, self._servers.folder / f"tree-{number}")))
        return free

    def test(self, mutant: Mutant, lane: int, tree: Path) -> Row:
        """Breaks the behavior and runs what should catch it."""
        arguments = self._arguments(mutant)
        if not arguments:
            return row(mutant, "POINT ANEW: its tests are gone")
        try:
            with (
                self._servers.environment(lane, mutant.statements) as environment,
                broken(tree, places(mutant.edits, self._files), self._files),
            ):
                return row(mutant, run(tree, environment, arguments))
        except (PointAnew, psycopg.Error) as error:
            return row(mutant, f"POINT ANEW: {error}")

    def _named(self, mutant: Mutant) -> list[str]:
        return [where for test in mutant.tests for where in self._tests.get(test, [])]

    def _arguments(self, mutant: Mutant) -> list[str]:
        """The quick suite where it holds one of the tests, else these alone."""
        named = self._named(mutant)
        if self._quick.intersection(named):
            return [*_QUICK, "-x", *_IN_PARALLEL]
        return ["-x", *_ALONE, *named] if named else []


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", default="", help="behaviors with these words alone")
    parser.add_argument("--suite", choices=("named", "quick"), default="named")
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--unchecked", action="store_true", help="the tests pass, as we know")
    parser.add_argument("--why", action="store_true", help="print what the test complained of")
    asked = parser.parse_args()
    mutants = [m for m in MUTANTS if asked.only.casefold() in m.behavior.casefold()]
    quick = asked.suite == "quick"
    with servers() as made:
        workshop = Workshop(made, quick=quick)
        if not asked.unchecked:
            workshop.check(mutants)
        # The quick suite takes both processors by itself.
        lanes = workshop.lanes(1 if quick else asked.at_once)

        def test(mutant: Mutant) -> Row:
            number, tree = lanes.get()
            try:
                return workshop.test(mutant, number, tree)
            finally:
                lanes.put((number, tree))

        pool = ThreadPoolExecutor(lanes.qsize())
        try:
            return show(pool.map(test, mutants), why=asked.why)
        finally:
            # Ctrl-C waits for what runs and for nothing else.
            pool.shutdown(cancel_futures=True)


if __name__ == "__main__":
    sys.exit(main())
