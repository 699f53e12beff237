"""What imports have in common: lines of cells, and a report of each that is refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from scheduler.patients.import_report import RefusedLine
from scheduler.patients.parsing import NotValid

Value = TypeVar("Value")
Progress = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Line:
    """`number` is that of the file, the line of the names being 1."""

    number: int
    cells: Mapping[str, str]


class Reader:
    """Reads the cells of one line and collects what is wrong with them."""

    def __init__(self, line: Line, refusals: list[RefusedLine]) -> None:
        self.line = line
        self.refusals = refusals
        self.good = True

    def refuse(self, column: str, hint: str) -> None:
        self.good = False
        self.refusals.append(RefusedLine(self.line.number, column, hint))

    def read(
        self, column: str, rule: Callable[[str], Value], *, length: int = 120, needed: str = ""
    ) -> Value | None:
        """The cell as the rule has it; None where it is empty or refused. `needed` is the hint
        for an empty cell that must not be."""
        cell = self.line.cells.get(column, "")
        if not cell:
            if needed:
                self.refuse(column, needed)
            return None
        if len(cell) > length:
            self.refuse(column, f"Give {length} characters at most.")
            return None
        try:
            return rule(cell)
        except NotValid as error:
            self.refuse(column, str(error))
            return None

    def choose(self, column: str, among: Mapping[str, Value], *, default: str) -> Value | None:
        """What the cell, or `default` where it is empty, stands for; refused where for nothing."""
        cell = self.line.cells.get(column, "") or default
        if cell not in among:
            self.refuse(column, f"Give one of {', '.join(sorted(filter(None, among)))}.")
            return None
        return among[cell]
