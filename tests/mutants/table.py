"""The table of behaviors and who caught them, a line as soon as it is known."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from tests.mutants.mutant import Mutant
from tests.mutants.runs import End, Run

_WIDTHS = (72, 24, 90)


@dataclass(frozen=True, slots=True)
class Row:
    mutant: Mutant
    verdict: str
    why: str
    seconds: float
    caught: bool


def row(mutant: Mutant, found: Run | str) -> Row:
    """What became of a behavior: a run, or why there was none."""
    if isinstance(found, str):
        return Row(mutant, found, "", 0, caught=False)
    match found.end:
        case End.FAILED:
            test = found.failed.partition("::")[2]
            return Row(mutant, test, found.reason, found.seconds, caught=True)
        case End.PASSED:
            verdict, why = "SURVIVED", ""
        case _:
            verdict, why = f"POINT ANEW: pytest {found.end.value}", found.said[-3000:]
    return Row(mutant, verdict, why, found.seconds, caught=False)


def show(rows: Iterable[Row], *, why: bool) -> int:
    """Prints the table; 1 where a behavior was not caught, else 0."""
    began = time.monotonic()
    _line("behavior", "promise", "caught by", "s")
    _line(*("-" * width for width in _WIDTHS), "--")
    seen = caught = 0
    for found in rows:
        mutant = found.mutant
        _line(mutant.behavior, mutant.promise.value, found.verdict, f"{found.seconds:.0f}")
        if found.why and (why or not found.caught):
            print(f"      {found.why}", flush=True)
        seen, caught = seen + 1, caught + found.caught
    print(f"{caught} of {seen} caught, {time.monotonic() - began:.0f} s", flush=True)
    return 0 if caught == seen else 1


def _line(*cells: str) -> None:
    *first, last = cells
    padded = (cell.ljust(width) for cell, width in zip(first, _WIDTHS, strict=True))
    print("| " + " | ".join([*padded, last.rjust(3)]) + " |", flush=True)
