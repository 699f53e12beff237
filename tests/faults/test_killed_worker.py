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
SETTLE = "tasks.upkeep.settle_uncertain"


@pytest.fixture(scope="module")
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio() as twilio:
        yield twilio


@pytest.fixture(scope="module")
def product(twilio: FakeTwilio) -> Iterator[Product]:
    with running("web", BOOKING_VERIFICATION="off", **peers(twilio)) as product:
        yield product


@pytest.fixture(autouse=True)
def _worker_ends_with_its_test(product: Product) -> Iterator[None]:
    yield
    if product.is_started("worker"):
        product.kill("worker")


class TestKilledBetweenClaimAndSend:
    def test_another_worker_sends_it_once(self, product: Product, twilio: FakeTwilio) -> None:
        phone = "+14195550150"
        assert book(product, free_slots(product)[0], person(phone=phone)).status == 201
        # The links are read after the claim and before the sending: there the worker stands still.
        with psycopg.connect(product.database_url) as connection:
            connection.execute("lock table scheduler_link in access exclusive mode")
            product.start("worker")
            assert wait_until(lambda: _confirmation(product, phone)[0] == "claimed", seconds=20)
            assert wait_until(lambda: _waiting(product) == 1, seconds=5)
            product.kill("worker")
            # Long before it would have waited in vain: what it held is free for others.
            assert wait_until(lambda: _waiting(product) == 0, seconds=3)
        assert _confirmation(product, phone) == ("claimed", 0)
        assert phone not in [text.to for text in twilio.sent]

        _let_leases_lapse(product)
        product.start("worker")
        product.tell_worker(DELIVER, "sms")

        assert wait_until(lambda: _confirmation(product, phone) == ("accepted", 1), seconds=20)
        _send_another(product, twilio)
        assert [text.to for text in twilio.sent].count(phone) == 1


class TestKilledBetweenSendAndRecord:
    def test_what_twilio_took_is_found_in_its_list_and_not_sent_again(
        self, product: Product, twilio: FakeTwilio
    ) -> None:
        phone = "+14195550151"
        _kill_while_sending(product, twilio, phone, Hang(accepted=True))
        _send_another(product, twilio)
        _look_up(product)
        assert wait_until(lambda: _confirmation(product, phone) == ("accepted", 1), seconds=20)
        assert _open_tasks(product) == []

        [text] = [sent for sent in twilio.sent if sent.to == phone]
        assert twilio.post_status(text, "delivered").status == 204
        assert _confirmation(product, phone) == ("delivered", 1)
        assert twilio.ledger.twice() == {}

    def test_what_twilio_did_not_take_is_sent_once_its_list_has_had_time(
        self, product: Product, twilio: FakeTwilio
    ) -> None:
        phone = "+14195550152"
        _kill_while_sending(product, twilio, phone, Hang(accepted=False))
        _send_another(product, twilio)
        _look_up(product)
        product.sql(
            "update scheduler_message set sending_at = sending_at - interval '5 minutes' "
            "where status = 'uncertain'"
        )
        assert wait_until(lambda: _looked_up(product, phone) == ("planned", 1), seconds=20)
        product.tell_worker(DELIVER, "sms")
        assert wait_until(lambda: _confirmation(product, phone) == ("accepted", 2), seconds=20)
        assert [text.to for text in twilio.sent].count(phone) == 1


def _kill_while_sending(product: Product, twilio: FakeTwilio, phone: str, step: Hang) -> None:
    """The worker dies while it waits for Twilio's answer; another finds the text in doubt."""
    assert book(product, free_slots(product)[0], person(phone=phone)).status == 201
    twilio.script(step)
    before = twilio.requests
    product.start("worker")
    assert wait_until(lambda: twilio.requests == before + 1, seconds=20)
    product.kill("worker")
    assert _confirmation(product, phone) == ("claimed", 1)
    _let_leases_lapse(product)
    product.start("worker")
    product.tell_worker(LOOK_AFTER)
    assert wait_until(lambda: _confirmation(product, phone) == ("uncertain", 1), seconds=20)


def _look_up(product: Product) -> None:
    """As if it was time to; until it was done."""
    due = "update scheduler_message set look_up_at = now() where look_up_at is not null"
    product.sql(due)
    product.tell_worker(SETTLE)
    waits = "select 1 from scheduler_message where look_up_at <= now()"
    assert wait_until(lambda: not product.sql(waits), seconds=20)


def _looked_up(product: Product, phone: str) -> tuple[str, int]:
    """The confirmation once it was looked up again; a look that began before may still go on."""
    _look_up(product)
    return _confirmation(product, phone)


def _confirmation(product: Product, phone: str) -> tuple[str, int]:
    """Status and attempts of the confirmation to this number."""
    [row] = product.sql(
        "select status, attempts from scheduler_message where kind = 'confirmation' "
        'and "to" = %s',
        phone,
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
