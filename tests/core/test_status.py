from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.core.message_status import MessageStatus, delivery_rank, settled_status
from scheduler.core.status import (
    EXPECTED,
    LIVE,
    PATIENT_LIVE,
    AppointmentStatus,
    IllegalTransition,
    can_move,
    check,
)

ALLOWED = {
    "held": {"booked", "expired"},
    "booked": {"confirmed", "arrived", "no_show", "cancelled"},
    "confirmed": {"booked", "arrived", "no_show", "cancelled"},
    "arrived": {"in_room", "booked", "no_show"},
    "in_room": {"completed", "arrived"},
    "completed": {"in_room"},
    "no_show": {"arrived"},
    "cancelled": {"booked"},
    "expired": set(),
}


class TestAppointmentStatus:
    @pytest.mark.parametrize(("frm", "to"), list(product(AppointmentStatus, AppointmentStatus)))
    def test_moves_by_the_table_and_no_other_way(
        self, frm: AppointmentStatus, to: AppointmentStatus
    ) -> None:
        allowed = to in ALLOWED[frm]
        assert can_move(frm, to) is allowed
        if allowed:
            check(frm, to)
        else:
            with pytest.raises(IllegalTransition, match=f"from {frm} to {to}") as refused:
                check(frm, to)
            assert (refused.value.frm, refused.value.to) == (frm, to)

    def test_takes_the_words_of_the_database(self) -> None:
        assert can_move("held", "booked")

    def test_refuses_a_word_that_is_no_status(self) -> None:
        with pytest.raises(ValueError, match="gone"):
            can_move("booked", "gone")

    def test_who_is_expected_has_said_nothing_against_it_and_is_not_here(self) -> None:
        assert set(EXPECTED) == {"booked", "confirmed"}

    def test_a_hold_keeps_the_provider_but_not_the_patient_busy(self) -> None:
        assert set(PATIENT_LIVE) == {"booked", "confirmed", "arrived", "in_room"}
        assert LIVE - set(PATIENT_LIVE) == {"held"}


class TestSettle:
    @pytest.mark.parametrize(
        ("events", "expected"),
        [
            ([], None),
            (["no-such-word"], None),
            (["claimed", "no-such-word"], None),
            (["queued"], MessageStatus.ACCEPTED),
            (["queued", "sending", "sent"], MessageStatus.ACCEPTED),
            (["sent", "delivered"], MessageStatus.DELIVERED),
            (["delivered", "read"], MessageStatus.DELIVERED),
            (["sent", "undelivered"], MessageStatus.UNDELIVERED),
            (["queued", "failed"], MessageStatus.FAILED),
            (["scheduled", "canceled"], MessageStatus.CANCELLED),
            (["undelivered", "delivered"], MessageStatus.DELIVERED),
            (["uncertain", "Sent"], MessageStatus.ACCEPTED),
        ],
    )
    def test_ends_alike_in_any_order_and_with_any_repeats(
        self, events: list[str], expected: MessageStatus | None
    ) -> None:
        for order in permutations(events):
            assert settled_status(order) is expected
            assert settled_status([*order, *order]) is expected

    words = st.sampled_from(
        ["queued", "sending", "sent", "delivered", "undelivered", "failed", "read", "canceled", "x"]
    )

    @given(st.lists(words, max_size=6))
    def test_one_event_after_the_other_ends_where_all_at_once_do(self, events: list[str]) -> None:
        status: str = MessageStatus.CLAIMED
        for event in events:
            status = settled_status([status, event]) or status
        assert status == (settled_status(events) or MessageStatus.CLAIMED)

    def test_ranks_what_tells_more_above_what_tells_less(self) -> None:
        told = ["nothing", "sent", "canceled", "failed", "undelivered", "delivered"]
        assert [delivery_rank(event) for event in told] == [0, 1, 2, 3, 4, 5]
