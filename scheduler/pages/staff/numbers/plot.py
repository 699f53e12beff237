"""Small plots as numbers for an SVG: columns over weeks. The table beside each says the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

# About as wide as a phone shows it, so that words of 13 stay readable there.
WIDTH, HEIGHT = 340, 180
TOP, BOTTOM, LEFT = 24, 28, 46
LABEL_WIDTH, VALUE_WIDTH = 46, 36
GAP = 0.25
LINES = 4


@dataclass(frozen=True, slots=True)
class Column:
    """`middle` is where its words stand; `label` and `value` are left out where there is no room
    for each."""

    x: int
    y: int
    width: int
    height: int
    middle: int
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Plot:
    """`lines` are (y, what it stands for); `words` says in a sentence what the plot shows."""

    width: int
    height: int
    left: int
    base: int
    columns: list[Column]
    lines: list[tuple[int, str]]
    words: str


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f} %"


def columns(points: Iterable[tuple[str, float | None]], words: str, *, least: float) -> Plot:
    """Shares as columns, None as a gap. The scale ends at the highest, but not below `least`."""
    found = list(points)
    top = max([least, *(share for _label, share in found if share is not None)])
    base = HEIGHT - BOTTOM
    tall = base - TOP
    step = (WIDTH - LEFT) / max(1, len(found))
    every_label, every_value = ceil(LABEL_WIDTH / step), ceil(VALUE_WIDTH / step)
    return Plot(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        base=base,
        columns=[
            Column(
                x=round(LEFT + (at + GAP / 2) * step),
                y=base - round((share or 0) / top * tall),
                width=max(2, round(step * (1 - GAP))),
                height=round((share or 0) / top * tall),
                middle=round(LEFT + (at + 0.5) * step),
                label=label if at % every_label == 0 else "",
                value=percent(share) if at % every_value == 0 else "",
            )
            for at, (label, share) in enumerate(found)
        ],
        lines=[
            (base - round(tall * line / LINES), percent(top * line / LINES))
            for line in range(LINES + 1)
        ],
        words=words,
    )
