"""Small plots as numbers for an SVG: columns over time. The table beside each says the same."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

# About as wide as a phone shows it, so that words of 13 stay readable there.
WIDTH, HEIGHT = 340, 180
TOP, BOTTOM, LEFT = 24, 28, 46
LABEL_WIDTH, VALUE_WIDTH = 46, 36
GAP = 0.25
LINES = 4
SINGLE = ("column",)


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a column; `fill` is the end of its class."""

    y: int
    height: int
    fill: str


@dataclass(frozen=True, slots=True)
class Column:
    """`middle` is where its words stand, `y` is its upper end; `label` and `value` are left out
    where there is no room for each."""

    x: int
    y: int
    width: int
    bars: list[Bar]
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


@dataclass(frozen=True, slots=True)
class _Point:
    label: str
    parts: Sequence[float]
    value: str


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f} %"


def columns(points: Iterable[tuple[str, float | None]], words: str, *, least: float) -> Plot:
    """Shares as columns, None as a gap. The scale ends at the highest, but not below `least`."""
    found = list(points)
    top = max([least, *(share for _label, share in found if share is not None)])
    drawn = [_Point(label, (share or 0,), percent(share)) for label, share in found]
    return _plot(drawn, words, top=top, fills=SINGLE, show=percent)


def amounts(
    points: Iterable[tuple[str, Sequence[float]]],
    words: str,
    *,
    fills: Sequence[str] = SINGLE,
    show: Callable[[float], str] = "{:.0f}".format,
) -> Plot:
    """Amounts that stand on each other, as many as there are `fills`; the scale ends at a round
    one. A column of nothing bears no value."""
    drawn = [
        _Point(label, parts, show(sum(parts)) if sum(parts) else "") for label, parts in points
    ]
    top = _round(max([0.0, *(sum(point.parts) for point in drawn)]))
    return _plot(drawn, words, top=top, fills=fills, show=show)


def _round(highest: float) -> float:
    """The next amount that can be cut into the plot's lines: 4, 8, 20, 40, 80, 200, …"""
    each = max(highest / LINES, 1)
    unit = float(10 ** floor(log10(each)))
    return LINES * unit * next(step for step in (1, 2, 5, 10) if step * unit >= each)


def _plot(
    found: Sequence[_Point],
    words: str,
    *,
    top: float,
    fills: Sequence[str],
    show: Callable[[float], str],
) -> Plot:
    base = HEIGHT - BOTTOM
    tall = base - TOP
    step = (WIDTH - LEFT) / max(1, len(found))
    every_label, every_value = ceil(LABEL_WIDTH / step), ceil(VALUE_WIDTH / step)
    drawn = []
    for at, point in enumerate(found):
        bars = _bars(point.parts, fills, scale=tall / top, base=base)
        drawn.append(
            Column(
                x=round(LEFT + (at + GAP / 2) * step),
                y=min((bar.y for bar in bars), default=base),
                width=max(2, round(step * (1 - GAP))),
                bars=bars,
                middle=round(LEFT + (at + 0.5) * step),
                label=point.label if at % every_label == 0 else "",
                value=point.value if at % every_value == 0 else "",
            )
        )
    return Plot(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        base=base,
        columns=drawn,
        lines=[
            (base - round(tall * line / LINES), show(top * line / LINES))
            for line in range(LINES + 1)
        ],
        words=words,
    )


def _bars(parts: Sequence[float], fills: Sequence[str], *, scale: float, base: int) -> list[Bar]:
    """From the base up. What is not nothing is at least a line."""
    bars: list[Bar] = []
    y = base
    for part, fill in zip(parts, fills, strict=False):
        height = max(round(part * scale), 1 if part else 0)
        y -= height
        bars.append(Bar(y, height, fill))
    return bars
