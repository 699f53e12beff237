"""Short rounds that take turns, so that a machine that drifts does so under all of them alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Rates:
    """What each case reached in each round, in things done a second; rounds stand side by side."""

    of: Mapping[str, list[float]]

    def median(self, case: str) -> float:
        return median(self.of[case])

    def ratio(self, case: str, floor: str) -> float:
        """The median of the rounds' own ratios: what drifts between rounds cancels."""
        pairs = zip(self.of[case], self.of[floor], strict=True)
        return median(mine / theirs for mine, theirs in pairs)


def alternate(cases: Mapping[str, Callable[[], float]], *, rounds: int) -> Rates:
    """Run every case once a round, after a first turn that only warms up."""
    found: dict[str, list[float]] = {name: [] for name in cases}
    for turn in range(rounds + 1):
        for name, run in cases.items():
            rate = run()
            if turn:
                found[name].append(rate)
    return Rates(found)
