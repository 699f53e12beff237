"""What it costs in SQL to deliver all that is due: three statements a message, and a constant."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import travel

from tasks import messages
from tasks.messages import BATCH, deliver_due
from tests.factories import NOW, at, book, make_clinic, make_provider, somebody
from tests.messaging.carriers import Carrier

# Seen at work, the clinic, a place taken and given up, a claim that finds nothing, and a last look.
ONCE = 6
CLAIM = 1
MESSAGE = 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("channel", ["sms", "email"])
@pytest.mark.parametrize(("count", "batches"), [(0, 0), (1, 1), (BATCH, 1), (BATCH + 2, 2)])
def test_all_that_is_due_costs_three_a_message_and_one_a_batch(
    monkeypatch: pytest.MonkeyPatch, channel: str, count: int, batches: int
) -> None:
    make_clinic()
    make_provider()
    for number in range(count):
        start = at(f"2026-12-0{1 + number // 7} {9 + number % 7:02d}:00")
        book(start, person=somebody(number))
    monkeypatch.setattr(messages, "transports", lambda: {channel: Carrier()})
    with travel(NOW, tick=False), CaptureQueriesContext(connection) as queries:
        assert deliver_due(channel) == count
    assert len(queries) == ONCE + batches * CLAIM + count * MESSAGE
