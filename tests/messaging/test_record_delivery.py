"""What the carrier reports, in whatever order and however often, ends in the same state."""

from collections.abc import Callable, Iterator
from itertools import chain, permutations, product

import pytest

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.messaging.delivery.mark_uncertain import mark_unfinished
from scheduler.messaging.delivery.record import record_delivery
from scheduler.messaging.models import BadAddress, DeliveryEvent, Message
from scheduler.messaging.uncertain.settle_uncertain import settle_next
from scheduler.transports.base import Outgoing
from scheduler.transports.errors import Unknown
from scheduler.worklist.models import StaffTask
from tests.factories import NOW, book, messages_of
from tests.messaging.carriers import Carrier, deliver_due, fresh
from tests.undoing import undone

FIRST = "SM001"
Event = tuple[str, str]
DELIVERED: list[Event] = [("queued", ""), ("sent", ""), ("delivered", "")]
UNDELIVERED: list[Event] = [("queued", ""), ("sent", ""), ("undelivered", "30005")]
FAILED: list[Event] = [("queued", ""), ("failed", "30007")]
CHANGED_ITS_MIND: list[Event] = [("undelivered", "30003"), ("sent", ""), ("delivered", "")]


@pytest.fixture
def confirmation(dana: Provider) -> Message:
    (text,) = messages_of(book(), kind="confirmation", channel="sms")
    return text


def tell(message: Message, *events: Event, sid: str = FIRST) -> None:
    for event, code in events:
        record_delivery(message.public_id.hex, sid, event, code, now=NOW)


def telling(message: Message, *events: Event) -> Callable[[Outgoing], None]:
    """What a carrier does that reports before it answers."""
    return lambda _: tell(message, *events)


def outcome(message: Message) -> tuple[str, str, int, int]:
    """Status, error, bad addresses marked, staff tasks open."""
    settled = fresh(message)
    return (
        settled.status,
        settled.error_code,
        BadAddress.objects.count(),
        StaffTask.objects.filter(done_at=None).count(),
    )


STORIES = [
    (DELIVERED, ("delivered", "", 0, 0)),
    (UNDELIVERED, ("undelivered", "30005", 1, 1)),
    (FAILED, ("failed", "30007", 0, 1)),
    (CHANGED_ITS_MIND, ("delivered", "", 0, 0)),
]
End = tuple[str, str, int, int]
Orders = Iterator[tuple[list[Event], End]]


def orders_of(events: list[Event], end: End) -> Orders:
    return ((list(order), end) for order in permutations(events))


class TestAnyOrder:
    @pytest.fixture(params=STORIES, ids=["delivered", "undelivered", "failed", "at last delivered"])
    def orders(self, request: pytest.FixtureRequest) -> Orders:
        events, end = request.param
        return orders_of(events, end)

    def test_ends_alike_and_stays_when_all_of_it_is_repeated(
        self, confirmation: Message, orders: Orders
    ) -> None:
        deliver_due(Carrier(), now=NOW)
        for order, end in orders:
            with undone():
                tell(confirmation, *order)
                assert outcome(confirmation) == end, order
                tell(confirmation, *order, *reversed(order))
                assert outcome(confirmation) == end, order
                assert DeliveryEvent.objects.count() == len(order)

    def test_ends_alike_when_it_is_quicker_than_our_own_commit(
        self, confirmation: Message, orders: Orders
    ) -> None:
        for order, end in orders:
            with undone():
                deliver_due(Carrier(before=telling(confirmation, *order)), now=NOW)
                assert outcome(confirmation) == end, order

    def test_ends_alike_when_some_of_it_is_quicker(
        self, confirmation: Message, orders: Orders
    ) -> None:
        for order, end in orders:
            with undone():
                deliver_due(Carrier(before=telling(confirmation, order[0])), now=NOW)
                tell(confirmation, *order[1:])
                assert outcome(confirmation) == end, order


ANY_CALLBACKS: list[Event] = [
    ("queued", ""),
    ("sent", ""),
    ("delivered", ""),
    ("undelivered", "30005"),
    ("failed", "30007"),
]
# The last of these that was told of says where the text is.
MOST_TELLING = ["queued", "sent", "failed", "undelivered", "delivered"]
# And all that follows, where no two of them contradict each other.
ENDS: dict[str, End] = {
    "delivered": ("delivered", "", 0, 0),
    "undelivered": ("undelivered", "30005", 1, 1),
    "failed": ("failed", "30007", 0, 1),
}


class TestCallbacks:
    """Every sequence of up to so many, with repeats: what was told counts, not when or how
    often."""

    @pytest.mark.parametrize("early", [0, 1, 2], ids=["none", "the first", "both"])
    def test_up_to_two_end_in_one_state_however_many_are_quicker_than_our_commit(
        self, confirmation: Message, early: int
    ) -> None:
        self.check(confirmation, 2, early=early)

    @pytest.mark.long
    @pytest.mark.parametrize("early", range(5))
    def test_up_to_four_end_in_one_state(self, confirmation: Message, early: int) -> None:
        self.check(confirmation, 4, early=early)

    def check(self, message: Message, most: int, *, early: int = 0) -> None:
        """So many of them come before the carrier has answered us."""
        every = chain.from_iterable(product(ANY_CALLBACKS, repeat=n + 1) for n in range(most))
        if not early:
            deliver_due(Carrier(), now=NOW)
        for told in every:
            with undone():
                if early:
                    deliver_due(Carrier(before=telling(message, *told[:early])), now=NOW)
                tell(message, *told[early:])
                self.check_state(message, told)

    def check_state(self, message: Message, told: tuple[Event, ...]) -> None:
        state = fresh(message)
        said = {event for event, _ in told}
        furthest = max(said, key=MOST_TELLING.index)
        expected = "accepted" if furthest in {"queued", "sent"} else furthest
        assert (state.status, state.sid) == (expected, FIRST), told
        assert state.error_code == dict(ANY_CALLBACKS)[furthest], told
        assert DeliveryEvent.objects.count() == len(said), told
        if len(said & ENDS.keys()) == 1:
            assert outcome(message) == ENDS[furthest], told


class TestASecondAttempt:
    def test_follows_a_handset_that_was_out_of_reach(self, confirmation: Message) -> None:
        deliver_due(Carrier(), now=NOW)
        tell(confirmation, ("undelivered", "30003"))
        waiting = fresh(confirmation)
        assert waiting.status == "planned"
        assert (waiting.next_attempt_at - NOW).total_seconds() >= 45 * 60

    def test_is_the_last(self, confirmation: Message) -> None:
        deliver_due(Carrier(), now=NOW)
        tell(confirmation, ("undelivered", "30008"))
        carrier = Carrier()
        carrier.sent = [Outgoing(message_id="", to="", text="")]  # so that the next sid differs
        deliver_due(carrier, now=fresh(confirmation).next_attempt_at)
        tell(confirmation, ("undelivered", "30008"), sid="SM002")
        assert outcome(confirmation) == ("undelivered", "30008", 0, 1)

    def test_is_not_disturbed_by_late_news_of_the_first(self, confirmation: Message) -> None:
        deliver_due(Carrier(), now=NOW)
        tell(confirmation, ("undelivered", "30008"))
        carrier = Carrier()
        carrier.sent = [Outgoing(message_id="", to="", text="")]
        deliver_due(carrier, now=fresh(confirmation).next_attempt_at)
        tell(confirmation, ("sent", ""), ("undelivered", "30008"))
        assert fresh(confirmation).status == "accepted"

    def test_is_called_off_when_the_first_arrived_after_all(self, confirmation: Message) -> None:
        deliver_due(Carrier(), now=NOW)
        tell(confirmation, ("undelivered", "30003"), ("delivered", ""))
        assert fresh(confirmation).status == "delivered"


class TestDoubt:
    def test_is_settled_by_word_from_the_carrier(self, confirmation: Message) -> None:
        deliver_due(Carrier(Unknown("timeout")), now=NOW)
        tell(confirmation, ("sent", ""), sid="SM777")
        settled = fresh(confirmation)
        assert (settled.status, settled.sid, settled.accepted_at) == ("accepted", "SM777", NOW)
        assert settled.look_up_at is None
        assert settle_next(None, now=NOW.replace(year=2027)) is None

    def test_that_staff_were_told_of_is_over_for_them_too(self, confirmation: Message) -> None:
        deliver_due(Carrier(Unknown("timeout")), now=NOW)
        settle_next(None, now=NOW.replace(hour=12))
        assert StaffTask.objects.get().done_at is None
        tell(confirmation, ("delivered", ""), sid="SM777")
        assert fresh(confirmation).status == "delivered"
        assert StaffTask.objects.get().done_at == NOW

    def test_is_settled_for_a_worker_that_died(self, confirmation: Message) -> None:
        class Killed(BaseException):
            pass

        def die(_: Outgoing) -> None:
            raise Killed

        with pytest.raises(Killed):
            deliver_due(Carrier(before=die), now=NOW)
        tell(confirmation, ("delivered", ""), sid="SM777")
        assert fresh(confirmation).status == "delivered"
        assert mark_unfinished(now=NOW.replace(year=2027)) == 0

    def test_is_over_when_a_slow_worker_hears_back_after_its_lease(
        self, confirmation: Message
    ) -> None:
        def be_slow(_: Outgoing) -> None:
            mark_unfinished(now=NOW.replace(hour=11))

        deliver_due(Carrier(before=be_slow), now=NOW)
        assert outcome(confirmation) == ("accepted", "", 0, 0)


class TestStrangeNews:
    def test_of_a_failure_without_a_code_goes_to_staff(self, confirmation: Message) -> None:
        deliver_due(Carrier(), now=NOW)
        tell(confirmation, ("undelivered", ""))
        assert outcome(confirmation) == ("undelivered", "", 0, 1)

    def test_of_an_unknown_message_is_nothing(self, confirmation: Message) -> None:
        assert record_delivery("0" * 32, FIRST, "delivered", "", now=NOW) is None
        assert not DeliveryEvent.objects.exists()

    def test_with_an_unknown_word_is_kept_and_changes_nothing(self, confirmation: Message) -> None:
        deliver_due(Carrier(), now=NOW)
        tell(confirmation, ("teleported", ""))
        assert fresh(confirmation).status == "accepted"
        assert DeliveryEvent.objects.get().status == "teleported"

    def test_of_a_message_that_was_never_sent_changes_nothing(self, confirmation: Message) -> None:
        tell(confirmation, ("delivered", ""))
        assert fresh(confirmation).status == "planned"

    def test_with_another_sid_changes_nothing(self, confirmation: Message) -> None:
        deliver_due(Carrier(), now=NOW)
        tell(confirmation, ("failed", "30007"), sid="SM999")
        assert fresh(confirmation).status == "accepted"

    def test_brings_no_dropped_message_back(self, confirmation: Message) -> None:
        Appointment.objects.update(status="no_show")
        deliver_due(Carrier(), now=NOW)
        tell(confirmation, ("sent", ""), ("delivered", ""))
        assert fresh(confirmation).status == "cancelled"
