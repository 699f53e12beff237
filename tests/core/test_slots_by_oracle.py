"""`free_starts` against a brute-force oracle, in a tiny world of seconds and on real days."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from scheduler.core.intervals import Interval
from scheduler.core.opening_hours import (
    Closure,
    WeeklyRule,
    expand_closures,
    expand_hours,
)
from scheduler.core.slots import Column, RoomState, VisitShape, first_free_room, free_starts
from scheduler.core.wall_clock import instant, offset_lookup, offsets
from tests.core.clock import DAY, MINUTE, NEW_YORK
from tests.core.oracle import slow_free_starts

SPAN = 24
tiny = st.builds(Interval, st.integers(0, SPAN), st.integers(0, SPAN))
tiny_lists = st.lists(tiny, max_size=4)
room_ids = st.none() | st.integers(1, 3)
tiny_rooms = st.lists(
    st.builds(RoomState, st.integers(1, 3), tiny_lists), max_size=3, unique_by=lambda s: s.room
)
tiny_shapes = st.builds(
    VisitShape, st.integers(1, 6), st.integers(0, 3), st.integers(0, 3), st.integers(1, 5)
)
tiny_columns = st.builds(
    Column, st.lists(st.tuples(tiny, room_ids), max_size=4), tiny_lists, tiny_lists
)


class TestInATinyWorld:
    @settings(max_examples=3 * settings().max_examples)
    @given(
        tiny_shapes,
        st.lists(tiny_columns, min_size=1, max_size=2),
        tiny_rooms,
        st.integers(0, SPAN),
        st.integers(0, SPAN),
        st.integers(-4, 4),
        st.integers(-4, 4),
        st.integers(0, SPAN),
    )
    def test_each_start_is_found_and_no_other(
        self,
        shape: VisitShape,
        columns: list[Column],
        rooms: list[RoomState],
        earliest: int,
        latest: int,
        before: int,
        after: int,
        change: int,
    ) -> None:
        def offset_at(second: int) -> int:
            return before if second < change else after

        found = free_starts(
            shape,
            dict(enumerate(columns)),
            rooms,
            earliest=earliest,
            latest=latest,
            offset_at=offset_at,
        )
        for owner, column in enumerate(columns):
            assert found[owner] == slow_free_starts(
                shape,
                column,
                rooms,
                candidates=range(earliest, latest + 1),
                step=1,
                on_grid=lambda second: (second + offset_at(second)) % shape.grid == 0,
            )

    @example(
        VisitShape(1, 1, 0, 1),
        Column([(Interval(0, 1), None)], [], []),
        [RoomState(1, [Interval(0, 0)])],  # what takes no time takes no room either
    )
    @given(tiny_shapes, tiny_columns, tiny_rooms)
    def test_each_start_has_a_room(
        self, shape: VisitShape, column: Column, rooms: list[RoomState]
    ) -> None:
        anywhere = Column([(interval, None) for interval, _ in column.opens], [], column.busy)
        found = free_starts(
            shape, {1: anywhere}, rooms, earliest=0, latest=SPAN, offset_at=lambda _: 0
        )
        for start in found[1]:
            assert not rooms or first_free_room(shape, start, rooms, None) is not None


STEP = 5 * MINUTE
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
# The day before a change is asked for too, so that nights are whole.
CHANGES = [
    (NEW_YORK, date(2026, 3, 7)),
    (NEW_YORK, date(2026, 10, 31)),
    (LORD_HOWE, date(2026, 4, 4)),
    (LORD_HOWE, date(2026, 10, 3)),
    (NEW_YORK, date(2026, 6, 10)),
]
clocks = st.integers(0, 287).map(lambda step: time(step * 5 // 60, step * 5 % 60))
real_shapes = st.builds(
    VisitShape,
    st.integers(1, 18).map(lambda steps: steps * STEP),
    st.integers(0, 3).map(lambda steps: steps * STEP),
    st.integers(0, 3).map(lambda steps: steps * STEP),
    st.sampled_from([5, 10, 15, 20, 30, 60]).map(lambda minutes: minutes * MINUTE),
)
every_weekday = st.integers(0, 6)


class TestOnRealDays:
    @given(
        st.sampled_from(CHANGES),
        real_shapes,
        st.lists(st.builds(WeeklyRule, every_weekday, clocks, clocks), min_size=2, max_size=8),
        st.none() | st.tuples(clocks, clocks, st.integers(0, 127)),
        st.lists(st.tuples(st.integers(0, 600), st.integers(1, 24)), max_size=5),
    )
    def test_each_start_is_found_and_no_other(
        self,
        change: tuple[ZoneInfo, date],
        shape: VisitShape,
        rules: list[WeeklyRule],
        off: tuple[time, time, int] | None,
        appointments: list[tuple[int, int]],
    ) -> None:
        tz, first = change
        last = first + timedelta(days=1)
        start = instant(first, time(0), tz)
        end = instant(last, time(0), tz, closing=True)
        closures = [Closure(first, last, off[0], off[1], off[2])] if off else []
        column = Column(
            expand_hours(rules, first, last, tz),
            expand_closures(closures, first, last, tz),
            [
                Interval(start + begin * STEP, start + (begin + length) * STEP)
                for begin, length in appointments
            ],
        )

        def on_grid(candidate: int) -> bool:
            local = datetime.fromtimestamp(candidate, tz)
            return (local.hour * 60 + local.minute) * MINUTE % shape.grid == 0

        found = free_starts(
            shape,
            {1: column},
            [],
            earliest=start,
            latest=end,
            offset_at=offset_lookup(offsets(tz, start - DAY, end + DAY)),
        )
        candidates = range(start, end + 1, STEP)
        assert found[1] == slow_free_starts(
            shape, column, [], candidates=candidates, step=STEP, on_grid=on_grid
        )
