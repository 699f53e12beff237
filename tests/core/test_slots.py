import pytest

from scheduler.core.intervals import Interval
from scheduler.core.slots import (
    Column,
    Opening,
    RoomState,
    VisitShape,
    first_free_room,
    free_starts,
    named_rooms,
    room_anyway,
    room_for,
)
from scheduler.core.wall_clock import offset_lookup, offsets
from tests.core.clock import DAY, MINUTE, NEW_YORK, at, shown

HALF_HOUR = VisitShape(30 * MINUTE, 0, 0, 15 * MINUTE)
BUFFERED = VisitShape(30 * MINUTE, 10 * MINUTE, 20 * MINUTE, 15 * MINUTE)


def on(clock: str, until: str, day: str = "2026-06-01") -> Interval:
    return Interval(at(f"{day} {clock}"), at(f"{day} {until}"))


def opening(clock: str, until: str, room: int | None = None) -> Opening:
    return on(clock, until), room


def starts(
    shape: VisitShape = HALF_HOUR,
    *,
    opens: list[Opening],
    closed: list[Interval] | None = None,
    busy: list[Interval] | None = None,
    rooms: list[RoomState] | None = None,
    earliest: int = at("2026-06-01 00:00"),
    latest: int = at("2026-06-02 00:00"),
) -> list[str]:
    found = free_starts(
        shape,
        {1: Column(opens, closed or [], busy or [])},
        rooms or [],
        earliest=earliest,
        latest=latest,
        offset_at=offset_lookup(offsets(NEW_YORK, earliest - DAY, latest + DAY)),
    )
    return [shown(start)[11:16] for start in found[1]]


class TestOpeningHours:
    def test_the_last_visit_ends_when_they_close(self) -> None:
        assert starts(opens=[opening("09:00", "10:00")]) == ["09:00", "09:15", "09:30"]

    def test_buffers_may_overhang_them(self) -> None:
        assert starts(BUFFERED, opens=[opening("09:00", "09:45")]) == ["09:00", "09:15"]

    def test_too_short_for_the_visit_offer_nothing(self) -> None:
        assert starts(opens=[opening("09:00", "09:29")]) == []

    def test_that_touch_are_one(self) -> None:
        opens = [opening("09:30", "10:00"), opening("09:00", "09:30")]
        assert starts(opens=opens) == ["09:00", "09:15", "09:30"]

    def test_that_overlap_offer_each_start_once(self) -> None:
        opens = [opening("09:00", "10:00"), opening("09:15", "10:00", room=1)]
        rooms = [RoomState(1, [])]
        assert starts(opens=opens, rooms=rooms) == ["09:00", "09:15", "09:30"]

    def test_that_begin_off_the_grid_wait_for_it(self) -> None:
        assert starts(opens=[opening("09:05", "10:00")]) == ["09:15", "09:30"]


class TestBusyTime:
    def test_touching_is_not_overlapping(self) -> None:
        busy = [on("09:30", "10:00")]
        assert starts(opens=[opening("09:00", "10:30")], busy=busy) == ["09:00", "10:00"]

    def test_keeps_the_buffers_clear(self) -> None:
        busy = [on("10:00", "10:30")]
        found = starts(BUFFERED, opens=[opening("09:00", "11:30")], busy=busy)
        assert found == ["09:00", "10:45", "11:00"]

    def test_of_no_length_blocks_nothing(self) -> None:
        busy = [on("09:10", "09:10")]
        assert starts(opens=[opening("09:00", "09:30")], busy=busy) == ["09:00"]


class TestTimeOff:
    def test_is_kept_clear_by_the_buffers_too(self) -> None:
        closed = [on("09:00", "10:00"), on("11:15", "12:00")]
        opens = [opening("09:00", "12:00")]
        assert starts(opens=opens, closed=closed) == ["10:00", "10:15", "10:30", "10:45"]
        assert starts(BUFFERED, opens=opens, closed=closed) == ["10:15"]


class TestNoticeAndHorizon:
    def test_both_ends_are_included(self) -> None:
        found = starts(
            opens=[opening("09:00", "12:00")],
            earliest=at("2026-06-01 10:00"),
            latest=at("2026-06-01 10:30"),
        )
        assert found == ["10:00", "10:15", "10:30"]

    def test_one_start_can_be_asked_for(self) -> None:
        ten = at("2026-06-01 10:00")
        opens = [opening("09:00", "12:00")]
        assert starts(opens=opens, earliest=ten, latest=ten) == ["10:00"]
        assert starts(opens=opens, earliest=ten + 60, latest=ten + 60) == []

    def test_a_notice_beyond_the_horizon_leaves_nothing(self) -> None:
        found = starts(
            opens=[opening("09:00", "12:00")],
            earliest=at("2026-06-01 11:00"),
            latest=at("2026-06-01 10:00"),
        )
        assert found == []


class TestRooms:
    def test_one_of_them_has_to_be_free_all_along(self) -> None:
        rooms = [
            RoomState(1, [on("09:00", "09:45")]),
            RoomState(2, [on("09:45", "10:30")]),
        ]
        # At 9:30 the first room is still taken, and the second is taken before the visit ends.
        found = starts(opens=[opening("09:00", "10:30")], rooms=rooms)
        assert found == ["09:00", "09:15", "09:45", "10:00"]

    def test_a_room_that_hours_name_is_the_only_one(self) -> None:
        rooms = [RoomState(1, []), RoomState(2, [on("09:00", "09:30")])]
        opens = [opening("09:00", "10:00", room=2)]
        assert starts(opens=opens, rooms=rooms) == ["09:30"]

    def test_hours_for_a_room_that_will_not_do_offer_nothing(self) -> None:
        opens = [opening("09:00", "10:00", room=9)]
        assert starts(opens=opens, rooms=[RoomState(1, [])]) == []

    def test_a_visit_that_needs_none_ignores_the_one_that_hours_name(self) -> None:
        opens = [opening("09:00", "09:15", room=9), opening("09:15", "09:30")]
        assert starts(opens=opens) == ["09:00"]

    def test_hours_of_two_rooms_do_not_join(self) -> None:
        opens = [opening("09:00", "09:30", room=1), opening("09:30", "10:00", room=2)]
        rooms = [RoomState(1, []), RoomState(2, [])]
        assert starts(opens=opens, rooms=rooms) == ["09:00", "09:30"]


class TestChangingClocks:
    def test_the_repeated_hour_is_offered_twice(self) -> None:
        night = Interval(at("2026-11-01 00:30"), at("2026-11-01 02:30"))
        hourly = VisitShape(30 * MINUTE, 0, 0, 60 * MINUTE)
        found = free_starts(
            hourly,
            {1: Column([(night, None)], [], [])},
            [],
            earliest=night.start,
            latest=night.end,
            offset_at=offset_lookup(offsets(NEW_YORK, night.start, night.end)),
        )
        assert [shown(start)[11:] for start in found[1]] == ["01:00 EDT", "01:00 EST", "02:00 EST"]

    def test_the_skipped_hour_is_not_offered(self) -> None:
        night = Interval(at("2026-03-08 00:30"), at("2026-03-08 04:00"))
        found = free_starts(
            HALF_HOUR,
            {1: Column([(night, None)], [], [])},
            [],
            earliest=night.start,
            latest=night.end,
            offset_at=offset_lookup(offsets(NEW_YORK, night.start, night.end)),
        )
        assert [shown(start)[11:16] for start in found[1]] == [
            *["00:30", "00:45", "01:00", "01:15", "01:30", "01:45"],
            *["03:00", "03:15", "03:30"],
        ]


class TestFirstFreeRoom:
    rooms = (
        RoomState(3, [on("09:00", "10:00")]),
        RoomState(1, [on("11:00", "12:00"), on("08:00", "08:30")]),
        RoomState(2, []),
    )

    @pytest.mark.parametrize(
        ("clock", "named", "expected"),
        [
            ("08:30", None, 3),
            ("09:00", None, 1),
            ("09:00", 3, None),
            ("09:00", 2, 2),
            ("09:00", 9, None),
            ("10:00", None, 3),
        ],
    )
    def test_keeps_the_order_given(
        self, clock: str, named: int | None, expected: int | None
    ) -> None:
        start = at(f"2026-06-01 {clock}")
        assert first_free_room(HALF_HOUR, start, self.rooms, named) == expected

    def test_minds_the_buffers(self) -> None:
        start = at("2026-06-01 10:00")
        assert first_free_room(BUFFERED, start, self.rooms, None) == 1

    def test_is_none_where_the_visit_needs_none(self) -> None:
        assert first_free_room(HALF_HOUR, at("2026-06-01 10:00"), [], None) is None


class TestNamedRooms:
    opens = (
        opening("09:00", "10:00", room=4),
        opening("09:30", "12:00"),
        opening("10:00", "11:00", room=4),
    )

    @pytest.mark.parametrize(
        ("clock", "expected"),
        [("09:00", [4]), ("09:45", [None, 4]), ("11:00", [None]), ("11:45", [])],
    )
    def test_tells_whose_hours_a_visit_lies_in(
        self, clock: str, expected: list[int | None]
    ) -> None:
        assert named_rooms(HALF_HOUR, self.opens, at(f"2026-06-01 {clock}")) == expected


class TestRoomFor:
    opens = (opening("09:00", "12:00"), opening("09:00", "12:00", room=2))
    start = at("2026-06-01 10:00")
    taken = RoomState(1, [on("10:00", "11:00")])

    def test_prefers_hours_of_any_room(self) -> None:
        rooms = (RoomState(3, []), RoomState(2, []))
        assert room_for(HALF_HOUR, self.start, rooms, self.opens) == 3

    def test_is_the_room_that_other_hours_name_where_these_have_none(self) -> None:
        assert room_for(HALF_HOUR, self.start, (self.taken,), self.opens[1:]) is None
        rooms = (self.taken, RoomState(2, []))
        assert room_for(HALF_HOUR, self.start, rooms, self.opens[1:]) == 2

    def test_is_none_where_the_visit_needs_none(self) -> None:
        assert room_for(HALF_HOUR, self.start, [], self.opens) is None


class TestRoomAnyway:
    start = at("2026-06-01 10:00")
    taken = (RoomState(4, [on("10:00", "11:00")]), RoomState(1, [on("09:00", "11:00")]))

    def test_is_a_free_one(self) -> None:
        assert room_anyway(HALF_HOUR, self.start, (*self.taken, RoomState(2, []))) == 2

    def test_is_the_first_where_all_are_taken(self) -> None:
        assert room_anyway(HALF_HOUR, self.start, self.taken) == 4

    def test_is_none_where_the_visit_needs_none(self) -> None:
        assert room_anyway(HALF_HOUR, self.start, []) is None


class TestVisitShape:
    @pytest.mark.parametrize(
        "parts", [(0, 0, 0, 900), (1800, -1, 0, 900), (1800, 0, -1, 900), (1800, 0, 0, 0)]
    )
    def test_refuses_what_no_visit_looks_like(self, parts: tuple[int, int, int, int]) -> None:
        with pytest.raises(ValueError, match=r"visit|buffer"):
            VisitShape(*parts)
