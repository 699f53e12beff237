"""What beat has done whether or not anybody calls: each by one worker at a time."""

from collections.abc import Iterator
from threading import Event, Thread

import pytest
import time_machine
from django.db import connection

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.transactions.concurrency import one_slot_of
from tasks import upkeep
from tests.factories import NOW, PHONE, at, book
from tests.fakes.twilio import Fail, FakeTwilio
from tests.messaging.carriers import Carrier
from tests.messaging.through_twilio import ThroughTwilio, statuses, texts_with_links

TAKEN = Fail(500, 20500, accepted=True)


@pytest.fixture
def world(dana: Provider, monkeypatch: pytest.MonkeyPatch) -> Iterator[ThroughTwilio]:
    with FakeTwilio() as twilio:
        world = ThroughTwilio(twilio)
        monkeypatch.setattr(upkeep, "transports", lambda: {"sms": world.transport})
        yield world


@pytest.fixture
def visit(world: ThroughTwilio) -> Appointment:
    visit = book(at("2026-11-24 14:00"))
    visit.messages.all().delete()
    return visit


def in_doubt(world: ThroughTwilio, visit: Appointment, count: int) -> None:
    texts_with_links(visit, [f"+1419555{number:04d}" for number in range(count)])
    world.twilio.meets = lambda _: TAKEN
    world.deliver()
    world.later(minutes=1)


class TestTextsInDoubt:
    def test_are_all_looked_up(self, world: ThroughTwilio, visit: Appointment) -> None:
        in_doubt(world, visit, 3)
        with time_machine.travel(world.now, tick=False):
            assert upkeep.settle_uncertain() == 3
            assert upkeep.settle_uncertain() == 0
        assert statuses() == ["accepted"] * 3

    def test_wait_together_where_the_list_cant_be_read(
        self, world: ThroughTwilio, visit: Appointment
    ) -> None:
        in_doubt(world, visit, 3)
        world.twilio.script_list(Fail(503))
        with time_machine.travel(world.now, tick=False):
            assert [upkeep.settle_uncertain(), upkeep.settle_uncertain()] == [1, 0]
        assert world.twilio.lists == 1

    def test_are_one_workers_at_a_time(self, world: ThroughTwilio, visit: Appointment) -> None:
        in_doubt(world, visit, 1)
        had, done = Event(), Event()

        def another() -> None:
            with one_slot_of(1, "settle uncertain"):
                had.set()
                done.wait(20)
            connection.close()

        worker = Thread(target=another)
        worker.start()
        try:
            assert had.wait(20)
            with time_machine.travel(world.now, tick=False):
                assert upkeep.settle_uncertain() == 0
        finally:
            done.set()
            worker.join()


class TestTextsThatWereMissed:
    def test_are_fetched(self, world: ThroughTwilio, visit: Appointment) -> None:
        world.twilio.receive(PHONE, "1")
        world.later(minutes=2)
        with time_machine.travel(world.now, tick=False):
            assert [upkeep.fetch_missed_texts(), upkeep.fetch_missed_texts()] == [1, 0]
        assert Appointment.objects.get(pk=visit.pk).status == "confirmed"

    def test_wait_where_the_list_cant_be_read(self, world: ThroughTwilio) -> None:
        world.twilio.script_list(Fail(503))
        assert upkeep.fetch_missed_texts() == 0

    def test_are_none_where_nothing_lists_them(
        self, world: ThroughTwilio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(upkeep, "transports", lambda: {"sms": Carrier()})
        with time_machine.travel(NOW, tick=False):
            assert upkeep.fetch_missed_texts() == 0
