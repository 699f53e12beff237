"""One table on the terminal, and the same as JSON."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.stage import Memory


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what was measured, how quick (or large) it was, and against what.

    `figure` is readable, with its unit; `ratio` is against `floor`, empty where there is none;
    `target` is what `ratio` should reach, or stay under where `at_most`.
    """

    part: str
    case: str
    figure: str
    floor: str = ""
    ratio: float | None = None
    target: float | None = None
    at_most: bool = False

    @property
    def verdict(self) -> str:
        if self.ratio is None or self.target is None:
            return ""
        good = self.ratio <= self.target if self.at_most else self.ratio >= self.target
        return "met" if good else "missed"


def rate(per_second: float) -> str:
    return f"{per_second:,.0f}/s" if per_second >= 100 else f"{per_second:,.1f}/s"


def show(rows: list[Row], notes: list[str], path: Path) -> None:
    """Print the table with its notes, and write both to `path`."""
    table = Table(title="make bench: medians, and ratios of the same rounds")
    for name in ("", "case", "median", "floor", "ratio", "target", ""):
        table.add_column(name, justify="right" if name in {"median", "ratio", "target"} else "left")
    part = ""
    for row in rows:
        if row.part != part and part:
            table.add_section()
        goal = "" if row.target is None else f"{'≤' if row.at_most else '≥'} {row.target:g}"
        table.add_row(
            row.part if row.part != part else "",
            row.case,
            row.figure,
            row.floor,
            "" if row.ratio is None else f"{row.ratio:.3g}",
            goal,
            row.verdict,
        )
        part = row.part
    console = Console(width=132)
    console.print(table)
    for note in notes:
        console.print(f"- {note}")
    content = {"rows": [{**asdict(row), "verdict": row.verdict} for row in rows], "notes": notes}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    console.print(f"- written to {path.name} in the data folder")


def memory(name: str, found: Memory) -> Row:
    """The memory of one of the product's commands, after it was under load."""
    return Row(
        "memory",
        f"{name}, {found.processes} processes",
        f"{found.pss:,.0f} MB PSS",
        f"peak RSS, summed: {found.peak_rss:,.0f} MB",
    )
