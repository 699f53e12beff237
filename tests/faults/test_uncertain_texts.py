"""Whatever Twilio does to a request, to its callbacks and to its list: no text is lost, none is
taken twice, and none stays in doubt that the list could settle. The truth is Twilio's ledger."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product

import pytest

from scheduler.clinic.models import Provider
from scheduler.messaging.models import Message
from tests.factories import at, book
from tests.fakes.twilio import Fail, FakeTwilio, Garbled, Hang, Reset, Step, Text, Wait
from tests.messaging.through_twilio import (
    ThroughTwilio,
    texts_with_links,
    texts_without_links,
)

FAULTS: dict[str, Step] = {
    "429 with Retry-After": Fail(429, 20429, retry_after="3"),
    "429 without": Fail(429, 20429),
    "500 before it was taken": Fail(500, 20500),
    "500 after it was taken": Fail(500, 20500, accepted=True),
    "a proxy's 502": Fail(502),
    "reset before": Reset(),
    "reset after": Reset(accepted=True),
    "hang before": Hang(),
    "hang after": Hang(accepted=True),
    "an answer that is late": Wait(0.2),
    "an answer that makes no sense": Garbled(),
}
DELIVERED = ("sent", "delivered")


def in_order(world: ThroughTwilio, text: Text) -> None:
    world.report(text, *DELIVERED)


def again_and_backwards(world: ThroughTwilio, text: Text) -> None:
    world.report(text, *reversed(DELIVERED), *DELIVERED)


def never(world: ThroughTwilio, text: Text) -> None:
    """All callbacks are missing; what happens to the text happens all the same."""
    for status in DELIVERED:
        text.reach(status)


Callbacks = Callable[[ThroughTwilio, Text], None]
CALLBACKS: dict[str, Callbacks] = {
    "callbacks in order": in_order,
    "callbacks again and backwards": again_and_backwards,
    "no callbacks": never,
}


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio() as fake:
        yield fake


@pytest.fixture
def world(twilio: FakeTwilio, dana: Provider) -> ThroughTwilio:
    # What takes longer by chance is one more answer that is late.
    return ThroughTwilio(twilio, timeout=0.1)


def number(one: int) -> str:
    return f"+1419555{one:04d}"


def owe(count: int) -> None:
    """Half of them with links and half without, each to a number of its own."""
    visit = book(at("2026-11-24 14:00"))
    visit.messages.all().delete()
    numbers = [number(one) for one in range(count)]
    texts_with_links(visit, numbers[: count // 2])
    texts_without_links(numbers[count // 2 :])


def see_it_through(world: ThroughTwilio, callbacks: Callable[[Text], Callbacks]) -> None:
    """More than half an hour, in which Twilio has come back to itself after the first requests."""
    world.deliver()
    world.twilio.meets = lambda _: None
    told = 0
    for _ in range(12):
        world.go_on(minutes=3, every=60)
        for text in world.twilio.sent[told:]:
            if text.message_id:
                callbacks(text)(world, text)
        told = len(world.twilio.sent)
        world.others_go_on()


def check(world: ThroughTwilio) -> None:
    ledger = world.twilio.ledger.times()
    ledger.pop("", None)
    assert max(ledger.values(), default=0) <= 1
    for message in Message.objects.filter(channel="sms"):
        assert message.status in {"accepted", "delivered"}, (message.to, message.error_code)
        assert ledger[message.public_id.hex] == 1, message.to
    assert len(ledger) == Message.objects.filter(channel="sms").count()


class TestEachFault:
    def test_loses_none_and_doubles_none_whatever_the_callbacks(self, world: ThroughTwilio) -> None:
        """Each fault with each kind of callbacks, with links and without."""
        pairs = list(product(FAULTS.values(), CALLBACKS.values()))
        owe(2 * len(pairs))
        met = {number(one): pairs[one % len(pairs)] for one in range(2 * len(pairs))}
        world.twilio.meets = lambda form: met[form["To"]][0]
        see_it_through(world, lambda text: met[text.to][1])
        check(world)

    @pytest.mark.long
    @pytest.mark.parametrize("callbacks", CALLBACKS.values(), ids=CALLBACKS)
    @pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
    def test_loses_none_and_doubles_none_of_five_hundred(
        self, world: ThroughTwilio, fault: Step, callbacks: Callbacks
    ) -> None:
        owe(500)
        some = random.Random(7)
        world.twilio.meets = lambda _: fault if some.random() < 0.2 else None
        see_it_through(world, lambda _: callbacks)
        check(world)


class TestAllFaultsAtOnce:
    """By chance, to requests and to the list, which is late besides."""

    def test_lose_none_and_double_none(self, world: ThroughTwilio) -> None:
        self.meet(world, 30, seed=0)

    @pytest.mark.long
    @pytest.mark.parametrize("seed", range(1, 6))
    def test_lose_none_and_double_none_of_five_hundred(
        self, world: ThroughTwilio, seed: int
    ) -> None:
        self.meet(world, 500, seed=seed)

    def meet(self, world: ThroughTwilio, count: int, *, seed: int) -> None:
        owe(count)
        chance = random.Random(seed)
        faults: list[Step | None] = [*FAULTS.values(), None, None, None]
        world.twilio.meets = lambda _: chance.choice(faults)
        list_faults: list[Step] = [Fail(503), Reset(), Garbled(), Wait(0)]
        world.twilio.script_list(*(chance.choice(list_faults) for _ in range(10)))
        world.twilio.lists_late = timedelta(seconds=chance.randrange(150))
        see_it_through(world, lambda _: chance.choice(list(CALLBACKS.values())))
        check(world)
