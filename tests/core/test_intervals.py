from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scheduler.core.intervals import Interval, intersect, merge, subtract

# Ranges so tiny that they overlap, touch, nest and are empty all the time.
tiny = st.builds(Interval, st.integers(0, 12), st.integers(0, 12))
scattered = st.lists(tiny, max_size=6)
merged_lists = scattered.map(merge)


def seconds(intervals: list[Interval]) -> set[int]:
    return {second for start, end in intervals for second in range(start, end)}


def is_merged(intervals: list[Interval]) -> bool:
    in_order = all(before.end < after.start for before, after in pairwise(intervals))
    return in_order and all(start < end for start, end in intervals)


class TestMerge:
    def test_joins_what_touches_and_what_overlaps(self) -> None:
        assert merge([Interval(5, 7), Interval(0, 2), Interval(2, 3), Interval(6, 9)]) == [
            Interval(0, 3),
            Interval(5, 9),
        ]

    def test_drops_what_is_empty_or_backwards(self) -> None:
        assert merge([Interval(4, 4), Interval(7, 5)]) == []

    @given(scattered)
    def test_keeps_every_second_and_adds_none(self, intervals: list[Interval]) -> None:
        merged = merge(intervals)
        assert seconds(merged) == seconds(intervals)
        assert is_merged(merged)

    @given(scattered)
    def test_changes_nothing_the_second_time(self, intervals: list[Interval]) -> None:
        assert merge(merge(intervals)) == merge(intervals)


class TestSubtract:
    def test_cuts_a_hole(self) -> None:
        assert subtract([Interval(0, 10)], [Interval(3, 4)]) == [Interval(0, 3), Interval(4, 10)]

    def test_a_touching_interval_takes_nothing_away(self) -> None:
        assert subtract([Interval(3, 5)], [Interval(0, 3), Interval(5, 9)]) == [Interval(3, 5)]

    @given(merged_lists, merged_lists)
    def test_leaves_what_is_only_in_the_first(
        self, keep: list[Interval], remove: list[Interval]
    ) -> None:
        left = subtract(keep, remove)
        assert seconds(left) == seconds(keep) - seconds(remove)
        assert is_merged(left)


class TestIntersect:
    @given(merged_lists, merged_lists)
    def test_leaves_what_is_in_both(self, a: list[Interval], b: list[Interval]) -> None:
        common = intersect(a, b)
        assert seconds(common) == seconds(a) & seconds(b)
        assert is_merged(common)

    @given(merged_lists, merged_lists)
    def test_does_not_care_which_comes_first(self, a: list[Interval], b: list[Interval]) -> None:
        assert intersect(a, b) == intersect(b, a)

    @given(merged_lists, merged_lists)
    def test_is_what_a_difference_leaves_out(self, a: list[Interval], b: list[Interval]) -> None:
        assert intersect(a, b) == subtract(a, subtract(a, b))
