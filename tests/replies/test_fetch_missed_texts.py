"""Texts that nobody told us of are fetched from the carrier's list, and each acts once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.messaging.consent.opt_out import is_opted_out
from scheduler.messaging.models import Message
from scheduler.replies.fetch_missed_texts import fetch_missed_texts
from scheduler.replies.models import InboundText
from scheduler.replies.receive import receive
from scheduler.transports.errors import NotListed
from scheduler.worklist.models import StaffTask
from tests.factories import NOW, PHONE, book
from tests.fakes.twilio import Fail, FakeTwilio, Text
from tests.messaging.through_twilio import ThroughTwilio


@pytest.fixture
def world(dana: Provider) -> Iterator[ThroughTwilio]:
    with FakeTwilio() as twilio:
        world = ThroughTwilio(twilio)
        fetch(world)
        yield world


@pytest.fixture
def visit(world: ThroughTwilio) -> Appointment:
    return book()


def fetch(world: ThroughTwilio) -> int:
    return fetch_missed_texts(world.transport, now=world.now)


def told_of(world: ThroughTwilio, text: Text) -> None:
    """What the webhook does."""
    receive(text.sid, text.from_, text.body, now=world.now)


def status(visit: Appointment) -> str:
    return Appointment.objects.get(pk=visit.pk).status


def answers() -> list[str]:
    return list(Message.objects.exclude(inbound=None).order_by("pk").values_list("kind", flat=True))


class TestATextThatWasMissed:
    def test_acts_once(self, world: ThroughTwilio, visit: Appointment) -> None:
        world.twilio.receive(PHONE, "1")
        world.later(minutes=2)
        assert [fetch(world), fetch(world)] == [1, 0]
        assert status(visit) == "confirmed"
        assert answers() == ["reply_confirmed"]
        assert InboundText.objects.get().received_at == NOW

    def test_acts_once_if_we_are_told_of_it_after_all(
        self, world: ThroughTwilio, visit: Appointment
    ) -> None:
        text = world.twilio.receive(PHONE, "2")
        world.later(minutes=2)
        fetch(world)
        told_of(world, text)
        assert answers() == ["reply_change"]

    def test_is_found_after_days(self, world: ThroughTwilio, visit: Appointment) -> None:
        world.later(minutes=30)
        world.twilio.receive(PHONE, "STOP")
        world.later(days=2)
        assert fetch(world) == 1
        assert is_opted_out("sms", PHONE)

    def test_is_found_though_the_list_was_late(
        self, world: ThroughTwilio, visit: Appointment
    ) -> None:
        world.twilio.receive(PHONE, "1")
        world.twilio.lists_late = timedelta(minutes=10)
        found = []
        for _ in range(30):
            world.later(minutes=1)
            found.append(fetch(world))
        assert sum(found) == 1

    def test_gets_no_answer_that_comes_too_late(
        self, world: ThroughTwilio, visit: Appointment
    ) -> None:
        world.twilio.receive(PHONE, "1")
        world.later(hours=5)
        fetch(world)
        assert status(visit) == "confirmed"
        assert answers() == []

    def test_gets_no_answer_in_the_night(self, world: ThroughTwilio, visit: Appointment) -> None:
        """As old as the text is, nobody waits for it any more."""
        world.later(hours=10, minutes=30)
        world.twilio.receive(PHONE, "1")
        world.later(minutes=40)
        fetch(world)
        Message.objects.filter(inbound=None).delete()
        assert world.deliver() == ["expired"]
        assert len(world.twilio.ledger) == 0


class TestOneWeWereToldOf:
    def test_is_left_alone(self, world: ThroughTwilio, visit: Appointment) -> None:
        told_of(world, world.twilio.receive(PHONE, "1"))
        world.later(minutes=2)
        assert fetch(world) == 0
        assert answers() == ["reply_confirmed"]

    def test_is_given_a_minute_to_be_told(self, world: ThroughTwilio, visit: Appointment) -> None:
        world.twilio.receive(PHONE, "1")
        world.later(seconds=30)
        assert fetch(world) == 0


class TestOneThatWasOvertaken:
    """A later text of theirs was acted on already: what they wanted last is what counts."""

    def missed_then(self, world: ThroughTwilio, missed: str, told: str) -> None:
        world.twilio.receive(PHONE, missed)
        world.later(minutes=2)
        told_of(world, world.twilio.receive(PHONE, told))
        world.later(minutes=2)
        assert fetch(world) == 1

    @pytest.mark.parametrize(
        ("missed", "told", "stopped"),
        [("START", "STOP", True), ("STOP", "START", False), ("STOP", "1", True)],
    )
    def test_starts_and_stops_nothing_against_the_later_one(
        self, world: ThroughTwilio, visit: Appointment, missed: str, told: str, stopped: bool
    ) -> None:
        self.missed_then(world, missed, told)
        assert is_opted_out("sms", PHONE) == stopped

    def test_goes_to_staff(self, world: ThroughTwilio, visit: Appointment) -> None:
        self.missed_then(world, "1", "2")
        assert status(visit) == "booked"
        assert StaffTask.objects.get().kind == "reply"

    def test_by_another_that_was_missed_too_comes_in_its_order(
        self, world: ThroughTwilio, visit: Appointment
    ) -> None:
        for body in ("STOP", "START", "STOP"):
            world.twilio.receive(PHONE, body)
            world.later(minutes=2)
        assert fetch(world) == 3
        assert is_opted_out("sms", PHONE)
        assert not StaffTask.objects.exists()


class TestAListThatCantBeRead:
    def test_loses_nothing(self, world: ThroughTwilio, visit: Appointment) -> None:
        world.twilio.receive(PHONE, "1")
        world.later(hours=3)
        world.twilio.script_list(Fail(503))
        with pytest.raises(NotListed):
            fetch(world)
        world.later(hours=3)
        assert fetch(world) == 1
        assert status(visit) == "confirmed"
