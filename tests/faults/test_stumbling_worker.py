"""A worker's process is killed with -9, or stopped and woken later, at every step of a delivery:
nothing is lost, nothing goes twice, and nothing waits for it longer than fifteen seconds."""

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from scheduler.embedded.process import wait_until
from scheduler.messaging.delivery.begin import LEAVES_WITHIN
from scheduler.messaging.models import Channel
from tests.fakes.twilio import FakeTwilio
from tests.faults.owed import a_visit, owe, public_ids, statuses
from tests.faults.stumbling_worker import POINTS
from tests.running import Product, peers, running

PROMISED = 15.0
# Between these nobody can know whether a message left, but by asking the other side.
IN_DOUBT = {"begun", "handed-over", "recording"}


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio() as twilio:
        yield twilio


@pytest.fixture
def product(twilio: FakeTwilio) -> Iterator[Product]:
    with running("web", "beat", BOOKING_VERIFICATION="off", **peers(twilio)) as product:
        a_visit(product)
        yield product


def stumbling(product: Product, stumble: str, processes: int) -> None:
    product.start_worker(
        "stumbling",
        app="tests.faults.stumbling_worker",
        STUMBLE=stumble,
        STUMBLE_LOG=str(product.folder / "stumbled"),
        WORKER_PROCESSES=str(processes),
    )


def stumbled(product: Product) -> list[dict[str, Any]]:
    log = product.folder / "stumbled"
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def over(product: Product) -> bool:
    """Nothing is due, and nothing in anybody's hands but what is in doubt."""
    found = statuses(product)
    return not found["planned"] and not found["claimed"]


class Aftermath:
    """What the carrier accepted, against what the product says and who died when."""

    def __init__(self, product: Product, twilio: FakeTwilio) -> None:
        ids = public_ids(product)
        self.accepted = Counter(ids[text.message_id] for text in twilio.sent)
        self.left: dict[int, datetime] = {ids[text.message_id]: text.at for text in twilio.sent}
        self.stumbles = stumbled(product)
        rows = product.sql("select id, status, sending_at from scheduler_message")
        self.doubtful = {
            pk for pk, status, sending in rows if status in {"claimed", "uncertain"} and sending
        }
        self.recorded = {pk for pk, status, _ in rows if status == "accepted"}
        self.owed = set(ids.values())

    def waits(self) -> dict[str, float]:
        """The longest time from a death to the departure of what was in its hands, by point. What
        died in several hands counts from the last of them."""
        found: dict[str, float] = {}
        for pk, left in self.left.items():
            deaths = [
                (left.timestamp() - stumble["at"], str(stumble["point"]))
                for stumble in self.stumbles
                if pk in stumble["in_hand"] and stumble["at"] < left.timestamp()
            ]
            if deaths:
                wait, point = min(deaths)
                found[point] = max(found.get(point, 0.0), wait)
        return found

    def check(self) -> None:
        assert self.recorded | self.doubtful == self.owed
        assert set(self.accepted.values()) <= {1}
        assert self.recorded <= set(self.accepted)


def test_killed_at_every_step(product: Product, twilio: FakeTwilio) -> None:
    product.start_worker("sound")
    stumbling(product, " ".join(f"{point}:kill" for point in POINTS), 2)

    def all_points() -> bool:
        owe(product, 10)
        return len(stumbled(product)) == len(POINTS)

    assert wait_until(all_points, seconds=90, every=0.3), product.logs()
    assert wait_until(lambda: over(product), seconds=60), statuses(product)
    aftermath = Aftermath(product, twilio)
    aftermath.check()
    assert len(aftermath.doubtful) <= len(IN_DOUBT)
    waits = aftermath.waits()
    assert waits
    assert max(waits.values()) < PROMISED


def test_stopped_past_its_lease_and_woken(product: Product, twilio: FakeTwilio) -> None:
    """Whoever took over has sent what was claimed; what had begun is known not to have left."""
    owe(product, 60)
    stumbling(product, "claimed:stop composed:stop begun:stop", 4)
    assert wait_until(lambda: len(stumbled(product)) == 3, seconds=40), product.logs()
    stops = stumbled(product)
    product.start_worker("sound")
    assert wait_until(lambda: over(product), seconds=40), statuses(product)
    assert statuses(product) == {"accepted": 59, "sending": 1}

    lapsed = max(stop["at"] for stop in stops) + LEAVES_WITHIN[Channel.SMS].total_seconds()
    assert wait_until(lambda: time.time() > lapsed, seconds=20)
    for stop in stops:
        os.kill(stop["pid"], signal.SIGCONT)

    assert wait_until(lambda: statuses(product) == {"accepted": 60}, seconds=20), product.logs()
    Aftermath(product, twilio).check()


@pytest.mark.long
@pytest.mark.parametrize("point", POINTS)
def test_killed_again_and_again(
    product: Product, twilio: FakeTwilio, point: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two workers and 500 messages, one of them killed at every fifteenth pass."""
    owe(product, 500)
    stumbling(product, f"{point}:kill/15", 2)
    product.start_worker("sound")
    product.tell_worker("tasks.messages.deliver_due", "sms")

    assert wait_until(lambda: over(product), seconds=180), statuses(product)
    aftermath = Aftermath(product, twilio)
    aftermath.check()
    deaths, waits = len(aftermath.stumbles), aftermath.waits()
    # Some may have been looked up by now.
    assert len(aftermath.doubtful) <= (deaths if point in IN_DOUBT else 0)
    wait = max(waits.values(), default=0.0)
    with capsys.disabled():
        print(f"\n{point}: {deaths} deaths, the longest wait {wait:.1f} s")
    assert deaths
    assert wait < PROMISED
