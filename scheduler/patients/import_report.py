"""What an import says of each line that it refuses."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """`hint` says what would be right."""

    line: int
    column: str
    hint: str


@dataclass(frozen=True, slots=True)
class Imported:
    added: int
    unchanged: int


class Refused(Exception):
    """Some lines are not right, so nothing was written."""

    def __init__(self, refusals: Sequence[RefusedLine]) -> None:
        super().__init__(f"{len(refusals)} refused")
        self.refusals = refusals
