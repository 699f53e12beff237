"""`kill -9` of the worker at the two moments that matter: nothing is lost, nothing sent twice."""

from collections.abc import Iterator

import psycopg
import pytest

from scheduler.embedded.process import wait_until
from tests.fakes.twilio import FakeTwilio
from tests.fakes.twilio_steps import Hang
from tests.faults.asking import book, free_slots, person
from tests.running import Product, peers, running

DELIVER = "tasks.messages.deliver_due"
LOOK_AFTER = "tasks.upkeep.look_after_messages"


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio() as twilio:
        yield twilio


@pytest.fixture
def product(twilio: FakeTwilio) -> Iterator[Product]:
    with running("web", BOOKING_VERIFICATION="off", **peers(twilio)) as product:
        yield product


class TestKilledBetweenClaimAndSend:
    def test_another_worker_sends_it_once(self, product: Product, twilio: FakeTwilio) -> None:
        who = person(phone="+14195550150")
        assert book(product, free_slots(product)[0], who).status == 201
        # The links are read after the claim and before the sending: there the worker stands still.
        with psycopg.connect(product.database_url) as connection:
            connection.execute("lock table scheduler_link in access exclusive mode")
            product.start("worker")
            assert wait_until(lambda: _confirmation(product)[0] == "claimed", seconds=20)
            assert wait_until(lambda: _waiting(product) == 1, seconds=5)
            product.kill("worker")
            # Long before it would have waited in vain: what it held is free for others.
            assert wait_until(lambda: _waiting(product) == 0, seconds=3)
        assert _confirmation(product) == ("claimed", 0)
        assert twilio.requests == 0

        _let_leases_lapse(product)
        product.start("worker")
        product.tell_worker(DELIVER, "sms")

        assert wait_until(lambda: _confirmation(product) == ("accepted", 1), seconds=20)
        _send_another(product, twilio)
        assert [text.to for text in twilio.sent].count("+14195550150") == 1


class TestKilledBetweenSendAndRecord:
    def test_it_is_uncertain_and_never_sent_again_and_a_late_callback_settles_it(
        self, product: Product, twilio: FakeTwilio
    ) -> None:
        who = person(phone="+14195550151")
        assert book(product, free_slots(product)[0], who).status == 201
        twilio.script(Hang(accepted=True))
        product.start("worker")
        [text] = twilio.wait_for(1)
        product.kill("worker")
        assert _confirmation(product) == ("claimed", 1)

        _let_leases_lapse(product)
        product.start("worker")
        product.tell_worker(LOOK_AFTER)
        assert wait_until(lambda: _confirmation(product) == ("uncertain", 1), seconds=20)
        assert _open_tasks(product) == ["uncertain"]
        _send_another(product, twilio)
        assert [sent.to for sent in twilio.sent].count("+14195550151") == 1

        assert twilio.post_status(text, "delivered").status == 204
        assert _confirmation(product) == ("delivered", 1)
        assert _open_tasks(product) == []


def _confirmation(product: Product) -> tuple[str, int]:
    """Status and attempts of the oldest confirmation."""
    [row] = product.sql(
        "select status, attempts from scheduler_message where kind = 'confirmation' "
        "order by id limit 1"
    )
    return row[0], row[1]


def _waiting(product: Product) -> int:
    """How many of the database's processes wait for a lock."""
    [(number,)] = product.sql(
        "select count(*) from pg_stat_activity "
        "where datname = current_database() and wait_event_type = 'Lock'"
    )
    return int(number)


def _let_leases_lapse(product: Product) -> None:
    """As if the time of a lease had passed."""
    product.sql("update scheduler_message set claimed_until = now() where status = 'claimed'")


def _send_another(product: Product, twilio: FakeTwilio) -> None:
    """See the worker through another delivery: what it would send again, it has sent by then."""
    who = person()
    assert book(product, free_slots(product)[3], who).status == 201
    phone = who["patient"]["phone"]
    assert wait_until(lambda: phone in [text.to for text in twilio.sent], seconds=20)


def _open_tasks(product: Product) -> list[str]:
    return [
        row[0] for row in product.sql("select kind from scheduler_stafftask where done_at is null")
    ]
