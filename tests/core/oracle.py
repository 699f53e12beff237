"""Free starts found the slow and obvious way: each start is tried, step by step."""

from collections.abc import Callable, Sequence

from scheduler.core.intervals import Interval
from scheduler.core.slots import Column, RoomState, VisitShape


def slow_free_starts(
    shape: VisitShape,
    column: Column,
    rooms: Sequence[RoomState],
    *,
    candidates: Sequence[int],
    step: int,
    on_grid: Callable[[int], bool],
) -> list[int]:
    """Those of the candidates where a visit fits; all bounds are multiples of `step` seconds."""
    hours: dict[int | None, set[int]] = {}
    for interval, room in column.opens:
        hours.setdefault(room if rooms else None, set()).update(_steps([interval], step))
    unavailable = _steps([*column.busy, *column.closed], step)
    taken = {state.room: _steps(state.taken, step) for state in rooms}

    def fits(start: int) -> bool:
        visit = set(range(start, start + shape.duration, step))
        busy = set(
            range(start - shape.buffer_before, start + shape.duration + shape.buffer_after, step)
        )
        if busy & unavailable or not on_grid(start):
            return False
        for named, opened in hours.items():
            if visit <= opened and not rooms:
                return True
            for room, used in taken.items():
                if visit <= opened and named in {None, room} and not busy & used:
                    return True
        return False

    return [start for start in candidates if fits(start)]


def _steps(intervals: Sequence[Interval], step: int) -> set[int]:
    return {second for start, end in intervals for second in range(start, end, step)}
