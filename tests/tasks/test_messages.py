"""Each channel is delivered by itself: one that hangs holds up no other, and loses nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Event, Thread

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from scheduler.clinic.models import Provider
from scheduler.messaging.delivery.claim import Claim, claim_due
from scheduler.messaging.models import Message
from scheduler.transports.base import Outgoing
from scheduler.transports.errors import Refused
from tasks import messages
from tasks.concurrency_slots import concurrency_slot
from tasks.messages import deliver_due
from tests.factories import NOW, at, book, somebody
from tests.messaging.carriers import Carrier

HANGS = timedelta(seconds=15)
PEOPLE = 8


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def text_carrier(monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller) -> Carrier:
    """Texts go out at once; a mail server answers nobody for a quarter of a minute each time."""

    def hang(_: Outgoing) -> None:
        clock.shift(HANGS)

    carriers = {"sms": Carrier(), "email": Carrier(Refused("refused"), before=hang)}
    monkeypatch.setattr(messages, "transports", lambda: carriers)
    return carriers["sms"]


@pytest.fixture
def _confirmations(dana: Provider) -> None:
    for number in range(PEOPLE):
        book(at(f"2026-12-01 {9 + number:02d}:00"), person=somebody(number))


def statuses(channel: str) -> list[str]:
    found = Message.objects.filter(channel=channel, kind="confirmation")
    return sorted(found.values_list("status", flat=True))


@pytest.mark.usefixtures("_confirmations")
class TestAMailServerThatHangs:
    def test_keeps_no_text_waiting(self, text_carrier: Carrier) -> None:
        assert deliver_due("sms") == PEOPLE
        assert timezone.now() == NOW
        assert len(text_carrier.sent) == PEOPLE

    def test_ends_a_turn_long_before_its_leases_lapse(self, text_carrier: Carrier) -> None:
        deliver_due("email")
        assert timezone.now() - NOW <= 4 * HANGS
        assert statuses("email") == ["planned"] * PEOPLE
        tried = Message.objects.filter(channel="email", attempts__gt=0).count()
        assert 0 < tried < PEOPLE

    def test_costs_the_sender_of_texts_nothing(self, text_carrier: Carrier) -> None:
        deliver_due("email")
        assert statuses("sms") == ["planned"] * PEOPLE


@pytest.fixture
def _mail_is_busy() -> Iterator[None]:
    """Another process has the one place that this worker has for mail."""
    has_it, done = Event(), Event()

    def other_process() -> None:
        with concurrency_slot("email") as ours:
            assert ours
            has_it.set()
            done.wait(30)
        connection.close()

    thread = Thread(target=other_process)
    thread.start()
    assert has_it.wait(30)
    yield
    done.set()
    thread.join()


@pytest.mark.usefixtures("_confirmations", "_mail_is_busy")
class TestAWorkersPlacesForMail:
    def test_are_not_for_all_its_processes(self, text_carrier: Carrier) -> None:
        assert deliver_due("email") == 0
        assert statuses("email") == ["planned"] * PEOPLE

    def test_are_none_that_a_text_needs(self, text_carrier: Carrier) -> None:
        assert deliver_due("sms") == PEOPLE


@pytest.mark.usefixtures("_confirmations")
def test_what_comes_due_as_a_place_is_given_up_is_seen_to(
    text_carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The task that was sent for it found no place, and nobody beats."""
    late = Message.objects.filter(channel="sms", kind="confirmation").last()
    assert late is not None
    Message.objects.filter(pk=late.pk).update(next_attempt_at=NOW + HANGS)

    def claim_and_be_late(channel: str, *, limit: int, now: datetime) -> list[Claim]:
        claims = claim_due(channel, limit=limit, now=now)
        if not claims:
            Message.objects.filter(pk=late.pk).update(next_attempt_at=NOW)
        return claims

    monkeypatch.setattr(messages, "claim_due", claim_and_be_late)
    deliver_due("sms")
    assert statuses("sms") == ["accepted"] * PEOPLE
