"""A carrier that is away is left alone for a while, by all workers; what is due loses nothing."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection

from scheduler.clinic.models import Provider
from scheduler.messaging.delivery.circuit import (
    FAILURES,
    LONGEST,
    MOST_PATIENCE,
    PROBE,
    SHORTEST,
    CircuitState,
    State,
    circuits,
)
from scheduler.messaging.delivery.claim import claim_due
from scheduler.messaging.models import Message
from scheduler.transports.errors import Refused, TransportError, Unknown
from tests.factories import NOW, make_clinic, make_provider
from tests.messaging.carriers import Carrier, deliver_due, many_texts

SECOND = timedelta(seconds=1)
NOBODY = Refused("refused")


@pytest.fixture(autouse=True)
def _texts(request: pytest.FixtureRequest) -> None:
    if "dana" in request.fixturenames:
        request.getfixturevalue("dana")
        many_texts(20, kind="links")


def texts() -> CircuitState:
    [state] = [one for one in circuits(now=NOW) if one.channel == "sms"]
    return state


def opened(error: TransportError = NOBODY) -> None:
    deliver_due(Carrier(error), now=NOW, limit=FAILURES)


class TestOpens:
    @pytest.mark.parametrize(
        "error",
        [
            NOBODY,
            Refused("20429"),
            Refused("63038"),
            Refused("20003"),
            Unknown("timeout"),
            Unknown("20500"),
        ],
    )
    def test_after_failures_in_a_row(self, dana: Provider, error: TransportError) -> None:
        deliver_due(Carrier(error), now=NOW, limit=FAILURES - 1)
        assert texts().state is State.CLOSED
        deliver_due(Carrier(error), now=NOW, limit=1)
        assert texts() == CircuitState("sms", State.OPEN, FAILURES, NOW, NOW + SHORTEST, error.code)
        assert claim_due("sms", limit=10, now=NOW + SHORTEST - SECOND) == []

    def test_not_for_failures_between_which_something_left(self, dana: Provider) -> None:
        for _ in range(3):
            deliver_due(Carrier(NOBODY), now=NOW, limit=FAILURES - 1)
            assert deliver_due(Carrier(), now=NOW, limit=1) == ["accepted"]
        assert texts() == CircuitState("sms", State.CLOSED)

    @pytest.mark.parametrize("code", ["21211", "21610", "30034", "99999"])
    def test_not_for_what_is_wrong_with_the_message(self, dana: Provider, code: str) -> None:
        deliver_due(Carrier(NOBODY), now=NOW, limit=FAILURES - 1)
        deliver_due(Carrier(Refused(code)), now=NOW, limit=FAILURES)
        assert texts() == CircuitState("sms", State.CLOSED)

    def test_for_one_channel_alone(self, dana: Provider) -> None:
        opened()
        assert deliver_due(Carrier(), now=NOW, channel="email") == ["accepted"]

    def test_and_what_is_due_stays_as_it_is(self, dana: Provider) -> None:
        opened()
        waiting = Message.objects.filter(kind="links", attempts=0)
        assert set(waiting.values_list("status", "next_attempt_at")) == {("planned", NOW)}
        assert waiting.count() == 20 - FAILURES


class TestPatience:
    def test_that_is_asked_for_is_kept_for_all_messages(self, dana: Provider) -> None:
        deliver_due(Carrier(Refused("20429", retry_after=60)), now=NOW, limit=1)
        assert texts().state is State.OPEN
        assert claim_due("sms", limit=10, now=NOW + 59 * SECOND) == []
        assert len(claim_due("sms", limit=10, now=NOW + 60 * SECOND)) == 1

    def test_is_not_endless(self, dana: Provider) -> None:
        deliver_due(Carrier(Refused("20429", retry_after=10**6)), now=NOW, limit=1)
        assert texts().open_until == NOW + MOST_PATIENCE


class TestHalfOpen:
    def test_lets_one_message_through(self, dana: Provider) -> None:
        opened()
        later = NOW + SHORTEST
        [state] = [one for one in circuits(now=later) if one.channel == "sms"]
        assert state.state is State.HALF_OPEN
        assert [len(claim_due("sms", limit=10, now=later)) for _ in range(3)] == [1, 0, 0]

    def test_waits_for_no_probe_whose_worker_died(self, dana: Provider) -> None:
        opened()
        claim_due("sms", limit=10, now=NOW + SHORTEST)
        assert len(claim_due("sms", limit=10, now=NOW + SHORTEST + PROBE)) == 1

    def test_lets_the_next_one_through_where_one_is_kept_back(self, dana: Provider) -> None:
        opened()
        later = NOW + SHORTEST
        waiting = Message.objects.filter(channel="sms", attempts=0)
        first = waiting.values_list("pk")[:3]
        Message.objects.filter(pk__in=first).update(expires_at=later, next_attempt_at=NOW - SECOND)
        carrier = Carrier()
        assert [deliver_due(carrier, now=later, limit=10) for _ in range(4)] == [
            ["expired"],
            ["expired"],
            ["expired"],
            ["accepted"],
        ]

    def test_keeps_its_probe_for_when_something_is_due(self, dana: Provider) -> None:
        opened()
        waiting = Message.objects.filter(channel="sms", status="planned")
        waiting.update(next_attempt_at=NOW + LONGEST)
        assert claim_due("sms", limit=10, now=NOW + SHORTEST) == []
        assert len(claim_due("sms", limit=10, now=NOW + LONGEST)) == 1

    def test_closes_as_soon_as_something_leaves(self, dana: Provider) -> None:
        opened()
        later = NOW + SHORTEST
        assert deliver_due(Carrier(), now=later) == ["accepted"]
        assert texts() == CircuitState("sms", State.CLOSED)
        assert deliver_due(Carrier(), now=later, limit=10) == ["accepted"] * 10

    def test_waits_twice_as_long_after_each_probe_in_vain(self, dana: Provider) -> None:
        opened()
        now, waits = NOW, []
        for _ in range(6):
            until = texts().open_until
            assert until is not None
            waits.append((until - now).total_seconds())
            assert claim_due("sms", limit=10, now=until - SECOND) == []
            now = until
            assert len(deliver_due(Carrier(NOBODY), now=now, limit=10)) == 1
        assert waits == [10, 20, 40, 80, 120, 120]

    def test_is_not_opened_longer_by_what_was_under_way(self, dana: Provider) -> None:
        deliver_due(Carrier(NOBODY), now=NOW, limit=FAILURES + 3)
        assert texts().open_until == NOW + SHORTEST


@pytest.mark.django_db(transaction=True)
def test_claimers_at_once_get_one_message_of_a_half_open_circuit() -> None:
    make_clinic()
    make_provider()
    many_texts(20, kind="links")
    opened()
    found: list[int] = []

    def claim() -> None:
        found.append(len(claim_due("sms", limit=10, now=NOW + SHORTEST)))
        connection.close()

    claimers = [Thread(target=claim) for _ in range(6)]
    for claimer in claimers:
        claimer.start()
    for claimer in claimers:
        claimer.join()
    assert sorted(found) == [0, 0, 0, 0, 0, 1]
