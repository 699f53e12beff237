"""Redis and Celery are disposable: bookings go on without them, and what is due goes out after."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
import redis

from scheduler.embedded.process import wait_until
from tests.fakes.twilio import FakeTwilio
from tests.faults.asking import apart, book, free_slots, person
from tests.running import Product, peers, running

# A booking waits for Redis 0.2 s, once for the throttle and once for the nudge; its machine may
# be slow.
SOON = 5.0
# Celery's worker and beat look for a Redis that went away every few seconds.
RECOVERY = 40.0


@pytest.fixture(scope="module")
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio() as twilio:
        yield twilio


@pytest.fixture(scope="module")
def product(twilio: FakeTwilio) -> Iterator[Product]:
    """Throttling is on: it asks Redis, too."""
    settings = peers(twilio) | {"BOOKING_VERIFICATION": "off", "API_THROTTLE": "on"}
    with running("web", "worker", "beat", **settings) as product:
        yield product


@contextmanager
def frozen(product: Product) -> Iterator[None]:
    """Redis accepts connections, and says nothing."""
    os.kill(product.redis.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(product.redis.process.pid, signal.SIGCONT)


@contextmanager
def killed(product: Product) -> Iterator[None]:
    """Nobody listens where Redis was; it comes back empty."""
    os.kill(product.redis.process.pid, signal.SIGKILL)
    product.redis.process.stop()
    try:
        yield
    finally:
        product.redis.start()


@pytest.mark.parametrize("trouble", [killed, frozen])
def test_bookings_go_on_and_their_messages_leave_when_redis_is_back(
    product: Product, twilio: FakeTwilio, trouble: Callable[[Product], AbstractContextManager[None]]
) -> None:
    # Processes that saw no trouble yet: one that did leaves Redis alone for a while.
    product.restart("web")
    people = [person() for _ in range(4)]
    slots = apart(free_slots(product), len(people))
    with trouble(product):
        answers = [book(product, slot, who) for slot, who in zip(slots, people, strict=True)]
    assert [answer.status for answer in answers] == [201] * len(people)
    assert max(answer.seconds for answer in answers) < SOON
    assert wait_until(lambda: _all_told_once(twilio, people), seconds=RECOVERY), product.logs()


def test_what_is_due_goes_out_after_redis_was_flushed(product: Product, twilio: FakeTwilio) -> None:
    product.stop("beat")
    product.stop("worker")
    people = [person() for _ in range(4)]
    for slot, who in zip(apart(free_slots(product), len(people)), people, strict=True):
        assert book(product, slot, who).status == 201
    with redis.Redis.from_url(product.redis.url) as client:
        client.flushall()
    assert not _all_told_once(twilio, people)

    product.start("worker", "beat")

    assert wait_until(lambda: _all_told_once(twilio, people), seconds=RECOVERY), product.logs()


def _all_told_once(twilio: FakeTwilio, people: list[dict[str, Any]]) -> bool:
    told = [text.to for text in twilio.sent]
    return all(told.count(who["patient"]["phone"]) == 1 for who in people)
