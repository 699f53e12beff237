"""The mail server takes connections and then says nothing: texts leave at once all the same."""

from collections.abc import Iterator
from functools import partial

import pytest

from scheduler.embedded.process import wait_until
from tests.fakes.smtp import FakeSmtp
from tests.fakes.twilio import FakeTwilio
from tests.faults.asking import apart, book, free_slots, person
from tests.running import Product, peers, running

# Less than one of the mails is tried for, which is fifteen seconds.
SOON = 8.0
# More than the processes, and more than they try before the texts.
MAILS = 6


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio() as twilio:
        yield twilio


@pytest.fixture
def product(twilio: FakeTwilio) -> Iterator[Product]:
    with FakeSmtp() as smtp:
        smtp.hang("rcpt")
        settings = peers(twilio, smtp) | {"BOOKING_VERIFICATION": "off", "WORKER_PROCESSES": "2"}
        with running("web", "worker", "beat", **settings) as product:
            yield product


def test_a_text_leaves_at_once_while_mails_wait_for_their_server(
    product: Product, twilio: FakeTwilio
) -> None:
    slots = apart(free_slots(product), MAILS + 3)
    for slot in slots[:MAILS]:
        assert book(product, slot, person(email="quenby@example.org")).status == 201
    assert wait_until(lambda: _trying_mail(product), seconds=20), product.logs()

    for number, slot in enumerate(slots[MAILS:], start=1):
        assert book(product, slot).status == 201
        assert wait_until(partial(_sent, twilio, number), seconds=SOON), product.logs()


def _sent(twilio: FakeTwilio, number: int) -> bool:
    return len(twilio.sent) == number


def _trying_mail(product: Product) -> bool:
    return bool(
        product.sql("select 1 from scheduler_message where channel = 'email' and attempts > 0")
    )
