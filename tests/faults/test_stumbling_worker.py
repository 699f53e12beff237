"""A worker's process is killed with -9, or stopped and woken later, at every step of a delivery, of
texts and of mails: nothing is lost, nothing goes twice, and nothing waits for it more than ten
seconds longer than what no death touched. (That waits as well, on a machine with more to do.)"""

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
from tests.fakes.ledger import Ledger
from tests.fakes.smtp import FakeSmtp
from tests.fakes.twilio import FakeTwilio
from tests.faults.owed import a_visit, owe, public_ids, statuses
from tests.faults.stumbling_worker import POINTS
from tests.running import Product, peers, running

PROMISED = 10.0
# Between these nobody can know whether a message left, but by asking the other side.
IN_DOUBT = {"begun", "handed-over", "recording"}
DELIVER = "tasks.messages.deliver_due"
LOOK_AFTER = "tasks.upkeep.look_after_messages"
BEGUN_MAILS = "channel = 'email' and status = 'claimed' and sending_at is not null"


@pytest.fixture
def ledgers() -> dict[str, Ledger]:
    """What each carrier accepted."""
    return {channel: Ledger() for channel in Channel.values}


@pytest.fixture
def product(ledgers: dict[str, Ledger]) -> Iterator[Product]:
    with (
        FakeTwilio(ledger=ledgers["sms"]) as twilio,
        FakeSmtp(ledger=ledgers["email"]) as smtp,
        running("web", "beat", BOOKING_VERIFICATION="off", **peers(twilio, smtp)) as product,
    ):
        a_visit(product)
        yield product


def stumbling(product: Product, stumble: str, processes: int, **settings: str) -> None:
    product.start_worker(
        "stumbling",
        app="tests.faults.stumbling_worker",
        STUMBLE=stumble,
        STUMBLE_LOG=str(product.folder / "stumbled"),
        WORKER_PROCESSES=str(processes),
        **settings,
    )


def stumbled(product: Product) -> list[dict[str, Any]]:
    log = product.folder / "stumbled"
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def owe_both(product: Product, number: int) -> None:
    for channel in Channel.values:
        owe(product, number, channel=channel)


def over(product: Product) -> bool:
    """Nothing is due, and nothing in anybody's hands but what has been in doubt for a second."""
    found = statuses(product)
    sends = "status = 'claimed' and sending_at > now() - interval '1 second'"
    return not (
        found["planned"]
        or found["claimed"]
        or product.sql(f"select 1 from scheduler_message where {sends}")
    )


def settle_mails(product: Product) -> None:
    """As if the time was over that a process may take for a mail that it has begun."""

    def settled() -> bool:
        product.sql(
            f"update scheduler_message set claimed_until = now() where {BEGUN_MAILS} "
            "and sending_at < now() - interval '3 seconds'"
        )
        product.tell_worker(LOOK_AFTER)
        return not product.sql(f"select 1 from scheduler_message where {BEGUN_MAILS}")

    assert wait_until(settled, seconds=20, every=0.5), product.logs()


class Aftermath:
    """What the carriers accepted, against what the product says and who died when."""

    def __init__(self, product: Product, ledgers: dict[str, Ledger]) -> None:
        ids = public_ids(product)
        accepted = [entry for ledger in ledgers.values() for entry in ledger]
        self.accepted = Counter(ids[entry.message_id] for entry in accepted)
        self.left: dict[int, datetime] = {ids[entry.message_id]: entry.at for entry in accepted}
        self.stumbles = stumbled(product)
        rows = product.sql(
            "select id, channel, status, sending_at, created_at from scheduler_message"
        )
        self.owed_at = {pk: (channel, owed) for pk, channel, _, _, owed in rows}
        self.doubtful = {
            channel: {
                pk
                for pk, by, status, sending, _ in rows
                if by == channel and status in {"claimed", "uncertain"} and sending
            }
            for channel in Channel.values
        }
        self.uncertain = {
            pk for pk, by, status, _, _ in rows if by == "email" and status == "uncertain"
        }
        self.recorded = {pk for pk, _, status, _, _ in rows if status == "accepted"}
        self.owed = set(ids.values())
        tasks = product.sql(
            "select message_id from scheduler_stafftask "
            "where kind = 'uncertain' and done_at is null"
        )
        self.told_staff = Counter(pk for (pk,) in tasks)

    def deaths(self, channel: str) -> int:
        return sum(stumble["channel"] == channel for stumble in self.stumbles)

    def waits(self) -> dict[str, float]:
        """The longest time from a death to the departure of what was in its hands, by channel. What
        died in several hands counts from the last of them."""
        found: dict[str, float] = {}
        for pk, left in self.left.items():
            deaths = [
                (left.timestamp() - stumble["at"], str(stumble["channel"]))
                for stumble in self.stumbles
                if pk in stumble["in_hand"] and stumble["at"] < left.timestamp()
            ]
            if deaths:
                wait, channel = min(deaths)
                found[channel] = max(found.get(channel, 0.0), wait)
        return found

    def undisturbed(self) -> dict[str, float]:
        """The longest time in which one left that no dead worker had in hand, by channel."""
        held = {pk for stumble in self.stumbles for pk in stumble["in_hand"]}
        found = dict.fromkeys(Channel.values, 0.0)
        for pk in self.left.keys() - held:
            channel, owed = self.owed_at[pk]
            found[channel] = max(found[channel], (self.left[pk] - owed).total_seconds())
        return found

    def check(self) -> None:
        """None lost, none accepted twice; of each mail in doubt staff know."""
        doubtful = self.doubtful["sms"] | self.doubtful["email"]
        assert self.recorded | doubtful == self.owed
        assert set(self.accepted.values()) <= {1}
        assert self.recorded <= set(self.accepted)
        assert self.uncertain == self.doubtful["email"]
        assert self.told_staff == Counter(self.uncertain)


def test_killed_at_every_step(product: Product, ledgers: dict[str, Ledger]) -> None:
    product.start_worker("sound")
    stumbling(product, " ".join(f"{point}:kill" for point in POINTS), 3)

    def all_points() -> bool:
        owe_both(product, 10)
        for channel in Channel.values:
            product.tell_worker(DELIVER, channel)
        return len(stumbled(product)) == len(POINTS) * len(Channel.values)

    assert wait_until(all_points, seconds=90, every=0.3), product.logs()
    assert wait_until(lambda: over(product), seconds=60), statuses(product)
    settle_mails(product)
    aftermath = Aftermath(product, ledgers)
    aftermath.check()
    waits, undisturbed = aftermath.waits(), aftermath.undisturbed()
    for channel, doubtful in aftermath.doubtful.items():
        assert len(doubtful) <= len(IN_DOUBT)
        assert waits[channel] < PROMISED + undisturbed[channel]


def test_stopped_past_its_lease_and_woken(product: Product, ledgers: dict[str, Ledger]) -> None:
    """Whoever took over has sent what was claimed; what had begun is known not to have left."""
    owe_both(product, 60)
    stop_and_wake(product, after=10, MAIL_LEAVES_WITHIN="10")
    Aftermath(product, ledgers).check()


@pytest.mark.long
def test_stopped_for_as_long_as_a_mail_may_take(
    product: Product, ledgers: dict[str, Ledger]
) -> None:
    owe(product, 60, channel="email")
    stop_and_wake(product, after=LEAVES_WITHIN[Channel.EMAIL].total_seconds())
    Aftermath(product, ledgers).check()


def stop_and_wake(product: Product, *, after: float, **settings: str) -> None:
    """At three points of each channel's, with the third in doubt until it wakes; `after` are the
    seconds from its claim in which a message may leave."""
    owed = statuses(product).total()
    channels = len(product.sql("select distinct channel from scheduler_message"))
    stops = 3 * channels
    stumbling(product, "claimed:stop composed:stop begun:stop", stops + 1, **settings)
    assert wait_until(lambda: len(stumbled(product)) == stops, seconds=40), product.logs()
    product.start_worker("sound")
    assert wait_until(lambda: over(product), seconds=40), statuses(product)
    assert statuses(product) == {"accepted": owed - channels, "sending": channels}

    lapsed = max(stop["at"] for stop in stumbled(product)) + after
    assert wait_until(lambda: time.time() > lapsed, seconds=after + 10)
    for stop in stumbled(product):
        os.kill(stop["pid"], signal.SIGCONT)
    assert wait_until(lambda: statuses(product) == {"accepted": owed}, seconds=20), product.logs()


@pytest.mark.long
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("channel", Channel.values)
def test_killed_again_and_again(
    product: Product,
    ledgers: dict[str, Ledger],
    channel: str,
    point: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Two workers and 500 messages, one of them killed at every fifteenth pass."""
    owe(product, 500, channel=channel)
    stumbling(product, f"{point}:kill/15", 2)
    product.start_worker("sound")
    product.tell_worker(DELIVER, channel)

    assert wait_until(lambda: over(product), seconds=180), statuses(product)
    settle_mails(product)
    aftermath = Aftermath(product, ledgers)
    aftermath.check()
    deaths, wait = aftermath.deaths(channel), aftermath.waits().get(channel, 0.0)
    # Some texts may have been looked up by now.
    doubtful = len(aftermath.doubtful[channel])
    assert doubtful <= (deaths if point in IN_DOUBT else 0)
    with capsys.disabled():
        print(f"\n{channel} {point}: {deaths} deaths, {doubtful} in doubt, waited {wait:.1f} s")
    assert deaths
    assert wait < PROMISED + aftermath.undisturbed()[channel]
