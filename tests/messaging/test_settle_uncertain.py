"""A text that may have left is looked up: it was taken, it surely was not, or staff are told why
nobody can say."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as live_settings
from django.db import connection
from pytest_django import Settings

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.core.backoff import MOST_ATTEMPTS
from scheduler.messaging.compose import Composed, compose
from scheduler.messaging.consent.opt_out import opt_out
from scheduler.messaging.delivery.record import record_delivery
from scheduler.messaging.models import Channel, Message
from scheduler.messaging.uncertain.settle_uncertain import Outcome, settle_next
from scheduler.transports.base import Listed
from scheduler.transports.errors import Unknown
from scheduler.worklist.models import StaffTask
from tests.factories import NOW, PHONE, at, book, make_clinic, make_provider, messages_of
from tests.fakes.twilio import Fail, FakeTwilio, Garbled, Reset, Step, Text, Wait
from tests.messaging.carriers import Carrier, deliver_due, fresh
from tests.messaging.through_twilio import (
    OTHER,
    ThroughTwilio,
    statuses,
    texts_with_links,
    texts_without_links,
)

TAKEN, LOST = Fail(500, 20500, accepted=True), Fail(500, 20500)


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio() as fake:
        yield fake


@pytest.fixture
def world(twilio: FakeTwilio, dana: Provider) -> ThroughTwilio:
    return ThroughTwilio(twilio)


@pytest.fixture
def visit(world: ThroughTwilio) -> Appointment:
    """Nothing is planned for it."""
    visit = book(at("2026-11-24 14:00"))
    visit.messages.all().delete()
    return visit


@pytest.fixture
def text(visit: Appointment) -> Message:
    [one] = texts_with_links(visit, [PHONE])
    return one


def tasks() -> list[tuple[str, str]]:
    """Kind and note of what waits for staff."""
    return list(StaffTask.objects.filter(done_at=None).values_list("kind", "note"))


class TestATextThatWasTaken:
    @pytest.mark.parametrize("fault", [TAKEN, Reset(accepted=True), Garbled()])
    def test_is_found_and_not_sent_again(
        self, world: ThroughTwilio, text: Message, fault: Step
    ) -> None:
        world.twilio.script(fault)
        assert world.deliver() == ["uncertain"]
        assert tasks() == []
        world.go_on(minutes=1)
        settled, [sent] = fresh(text), world.twilio.sent
        assert (settled.status, settled.sid, settled.attempts) == ("accepted", sent.sid, 1)
        assert (settled.accepted_at, settled.look_up_at) == (NOW, None)
        world.go_on(minutes=30)
        assert len(world.twilio.ledger) == 1

    def test_has_the_state_that_the_list_tells(self, world: ThroughTwilio, text: Message) -> None:
        world.twilio.script(TAKEN)
        world.deliver()
        world.twilio.sent[0].reach("undelivered", 30005)
        world.go_on(minutes=1)
        assert (fresh(text).status, fresh(text).error_code) == ("undelivered", "30005")
        assert tasks() == [("message", "30005")]

    def test_is_found_by_its_words_where_it_has_no_link(self, world: ThroughTwilio) -> None:
        texts_without_links([PHONE])
        world.twilio.script(TAKEN)
        world.deliver()
        world.go_on(minutes=1)
        assert statuses() == ["accepted"]

    def test_is_found_with_what_a_trial_account_puts_before_it(
        self, world: ThroughTwilio, text: Message
    ) -> None:
        world.twilio.script(TAKEN)
        world.deliver()
        [sent] = world.twilio.sent
        sent.body = f"Sent from your Twilio trial account - {sent.body}"
        world.go_on(minutes=1)
        assert statuses() == ["accepted"]

    def test_is_found_after_the_keys_changed(
        self, world: ThroughTwilio, text: Message, settings: Settings
    ) -> None:
        world.twilio.script(TAKEN)
        world.deliver()
        settings.LINK_KEYS = ["a-new-key-" + "n" * 32, *live_settings.LINK_KEYS]
        world.go_on(minutes=1)
        assert statuses() == ["accepted"]

    def test_is_found_however_late_the_list_is(self, world: ThroughTwilio, text: Message) -> None:
        world.twilio.lists_late = timedelta(minutes=10)
        world.twilio.script(TAKEN)
        world.deliver()
        world.go_on(minutes=20)
        assert statuses() == ["accepted"]
        assert len(world.twilio.ledger) == 1

    def test_is_found_where_it_waits_to_be_sent_and_has_no_date(
        self, world: ThroughTwilio, text: Message
    ) -> None:
        world.twilio.busy = True
        world.twilio.script(TAKEN)
        world.deliver()
        world.twilio.busy = False
        world.later(minutes=2)
        world.others_go_on()
        world.go_on(minutes=3)
        assert statuses() == ["accepted"]
        assert world.twilio.ledger.twice() == {}

    def test_is_found_among_many_pages(
        self,
        world: ThroughTwilio,
        visit: Appointment,
        text: Message,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("scheduler.transports.twilio_list.PAGE", 2)
        world.twilio.script(TAKEN)
        world.deliver()
        numbers = [f"+1419555{number:04d}" for number in range(5)]
        for row in texts_with_links(visit, numbers, first=1):
            other = Text("AC", PHONE, world.twilio.number, "another", world.now)
            world.twilio.record(other)
            Message.objects.filter(pk=row.pk).update(status="cancelled", sid=other.sid)
        world.go_on(minutes=1)
        assert fresh(text).status == "accepted"

    def test_by_an_earlier_attempt_is_not_taken_for_this_one(
        self, world: ThroughTwilio, text: Message
    ) -> None:
        world.deliver()
        [first] = world.twilio.sent
        world.report(first, "undelivered", error_code=30003)
        world.now = fresh(text).next_attempt_at
        world.twilio.script(LOST)
        assert world.deliver() == ["uncertain"]
        world.go_on(minutes=2)
        assert statuses() == ["uncertain"]


class TestATextThatWasNotTaken:
    @pytest.mark.parametrize("fault", [LOST, Reset()])
    def test_is_sent_once_more_when_the_list_has_had_time(
        self, world: ThroughTwilio, text: Message, fault: Step
    ) -> None:
        world.twilio.script(fault)
        world.deliver()
        world.go_on(minutes=2)
        world.others_go_on()
        assert (statuses(), len(world.twilio.ledger)) == (["uncertain"], 1)
        world.go_on(minutes=3)
        settled = fresh(text)
        assert (settled.status, settled.attempts) == ("accepted", 2)
        assert world.twilio.ledger.times()[text.public_id.hex] == 1
        assert tasks() == []

    def test_waits_until_the_list_shows_a_text_that_left_later(
        self, world: ThroughTwilio, text: Message
    ) -> None:
        """A quiet clinic: whether the list is late shows only after a quarter of an hour."""
        world.twilio.script(LOST)
        world.deliver()
        world.go_on(minutes=14)
        assert statuses() == ["uncertain"]
        world.go_on(minutes=8)
        assert statuses() == ["accepted"]

    def test_is_not_sent_to_who_opted_out_since(self, world: ThroughTwilio, text: Message) -> None:
        world.twilio.script(LOST)
        world.deliver()
        opt_out("sms", PHONE, source="text", now=world.now)
        world.go_on(minutes=30)
        assert (fresh(text).status, fresh(text).reason) == ("suppressed", "opted-out")

    def test_is_not_sent_when_it_is_of_no_more_use(
        self, world: ThroughTwilio, text: Message
    ) -> None:
        Message.objects.update(expires_at=NOW + timedelta(minutes=10))
        world.twilio.script(LOST)
        world.deliver()
        world.go_on(minutes=30)
        assert (fresh(text).status, fresh(text).reason) == ("expired", "too-late")
        assert len(world.twilio.ledger) == 0

    def test_goes_to_staff_after_the_last_attempt_where_others_leave(
        self, world: ThroughTwilio, visit: Appointment, text: Message
    ) -> None:
        world.twilio.meets = lambda form: LOST if form["To"] == PHONE else None
        world.deliver()
        for number in range(MOST_ATTEMPTS):
            texts_with_links(visit, [OTHER], first=1 + number)
            world.go_on(minutes=25, every=150)
        assert (fresh(text).status, fresh(text).attempts) == ("failed", MOST_ATTEMPTS)
        assert tasks() == [("message", "absent")]

    def test_goes_by_mail_after_the_last_attempt_where_that_was_agreed_to(
        self, world: ThroughTwilio, visit: Appointment, text: Message
    ) -> None:
        Message.objects.update(kind="confirmation", attempts=MOST_ATTEMPTS - 1)
        world.twilio.script(LOST)
        world.deliver()
        world.go_on(minutes=25)
        assert fresh(text).status == "failed"
        assert visit.messages.get(channel="email").kind == "confirmation"
        assert tasks() == []

    def test_is_tried_on_while_nobodys_is_taken(self, world: ThroughTwilio, text: Message) -> None:
        world.twilio.meets = lambda _: LOST
        world.deliver()
        world.go_on(minutes=MOST_ATTEMPTS * 30, every=150)
        assert world.twilio.requests > MOST_ATTEMPTS
        world.twilio.meets = lambda _: None
        world.go_on(minutes=25, every=150)
        assert fresh(text).status == "accepted"
        assert world.twilio.ledger.times()[text.public_id.hex] == 1
        assert tasks() == []

    def test_that_was_taken_after_all_is_not_sent_again(
        self, world: ThroughTwilio, text: Message
    ) -> None:
        """A callback, when it was due again already."""
        self.due_again(world)
        record_delivery(text.public_id.hex, "SMlate", "sent", "", now=world.now)
        world.deliver()
        assert (fresh(text).status, fresh(text).sid) == ("accepted", "SMlate")
        assert len(world.twilio.ledger) == 0

    def test_that_was_taken_after_all_is_not_sent_by_who_has_claimed_it(
        self, world: ThroughTwilio, text: Message, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A callback, between the claim and the sending."""
        self.due_again(world)

        def meanwhile(*values: Any) -> Composed:
            record_delivery(text.public_id.hex, "SMlate", "sent", "", now=world.now)
            return compose(*values)

        monkeypatch.setattr("scheduler.messaging.delivery.deliver.compose", meanwhile)
        assert world.deliver() == ["lost"]
        assert (fresh(text).status, fresh(text).sid) == ("accepted", "SMlate")
        assert len(world.twilio.ledger) == 0

    def due_again(self, world: ThroughTwilio) -> None:
        world.twilio.script(LOST)
        world.deliver()
        world.later(minutes=20)
        assert world.settle() == [Outcome.DUE_AGAIN]


class TestAListThatCantBeRead:
    def test_is_told_to_staff_after_half_an_hour_and_read_again_all_the_same(
        self, world: ThroughTwilio, text: Message
    ) -> None:
        world.twilio.script(TAKEN)
        world.deliver()
        world.twilio.script_list(*[Fail(503)] * 100)
        world.go_on(minutes=29)
        assert tasks() == []
        world.go_on(minutes=30)
        assert tasks() == [("uncertain", "list-away")]
        world.twilio._list_steps.clear()
        world.go_on(minutes=60)
        assert statuses() == ["accepted"]
        assert tasks() == []
        assert len(world.twilio.ledger) == 1

    def test_is_asked_once_a_minute_however_many_wait(
        self, world: ThroughTwilio, visit: Appointment
    ) -> None:
        texts_with_links(visit, [f"+1419555{number:04d}" for number in range(20)])
        world.twilio.meets = lambda _: TAKEN
        world.deliver()
        world.twilio.script_list(*[Fail(503)] * 100)
        world.go_on(minutes=10)
        assert world.twilio.lists <= 11

    @pytest.mark.parametrize("fault", [Fail(503), Fail(429, 20429), Reset(), Garbled()])
    def test_is_no_proof_that_nothing_left(
        self, world: ThroughTwilio, text: Message, fault: Step
    ) -> None:
        world.twilio.script(TAKEN)
        world.deliver()
        world.later(hours=1)
        world.twilio.script_list(fault)
        assert world.settle() == [Outcome.NOT_LISTED]
        assert statuses() == ["uncertain"]

    def test_is_not_there_where_texts_are_off(self, world: ThroughTwilio, text: Message) -> None:
        world.twilio.script(TAKEN)
        world.deliver()
        world.later(minutes=1)
        assert settle_next(None, now=world.now) is Outcome.NOT_LISTED


class TestWhatCantBeTold:
    def test_where_the_list_has_texts_that_nobody_knows(
        self, world: ThroughTwilio, text: Message
    ) -> None:
        """Such as one whose words the carrier does not show."""
        world.twilio.script(TAKEN)
        world.deliver()
        world.twilio.sent[0].body = ""
        world.go_on(minutes=30)
        assert statuses() == ["uncertain"]
        assert tasks() == [("uncertain", "list-unknown")]
        assert fresh(text).look_up_at is None
        assert len(world.twilio.ledger) == 1

    def test_where_it_is_there_twice(self, world: ThroughTwilio, text: Message) -> None:
        world.twilio.script(TAKEN)
        world.deliver()
        [sent] = world.twilio.sent
        world.twilio.record(Text("AC", PHONE, world.twilio.number, sent.body, world.now))
        world.go_on(minutes=30)
        assert statuses() == ["uncertain"]
        assert tasks() == [("uncertain", "list-several")]

    def test_where_one_of_two_that_are_alike_left(self, world: ThroughTwilio) -> None:
        texts_without_links([PHONE, PHONE])
        world.twilio.script(TAKEN, LOST)
        world.deliver()
        world.go_on(minutes=30)
        assert statuses() == ["uncertain", "uncertain"]
        assert tasks() == [("uncertain", "list-several")] * 2
        assert len(world.twilio.ledger) == 1

    def test_is_settled_all_the_same_by_a_callback(
        self, world: ThroughTwilio, text: Message
    ) -> None:
        self.test_where_it_is_there_twice(world, text)
        world.report(world.twilio.sent[0], "delivered")
        assert statuses() == ["delivered"]
        assert tasks() == []


class TestTwoThatAreAlike:
    def test_both_left(self, world: ThroughTwilio) -> None:
        texts_without_links([PHONE, PHONE])
        world.twilio.script(TAKEN, TAKEN)
        world.deliver()
        world.go_on(minutes=2)
        assert statuses() == ["accepted", "accepted"]
        sids = set(Message.objects.values_list("sid", flat=True))
        assert sids == {sent.sid for sent in world.twilio.sent}

    def test_one_is_known(self, world: ThroughTwilio) -> None:
        texts_without_links([PHONE, PHONE])
        world.twilio.script(Wait(0), LOST)
        world.deliver()
        assert statuses() == ["accepted", "uncertain"]
        world.go_on(minutes=30)
        assert statuses() == ["accepted", "accepted"]
        assert len(world.twilio.ledger) == 2

    def test_neither_left(self, world: ThroughTwilio) -> None:
        texts_without_links([PHONE, PHONE])
        world.twilio.script(LOST, LOST)
        world.deliver()
        world.go_on(minutes=30)
        assert statuses() == ["accepted", "accepted"]
        assert len(world.twilio.ledger) == 2


class EmptyList:
    """A list without any text, from before what happens while it is read."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self._meanwhile = meanwhile

    def list_sent(self, to: str, *, since: datetime | None = None) -> list[Listed]:
        self._meanwhile()
        return []

    def list_received(self, *, since: datetime) -> list[Listed]:
        return []

    def listed_until(self) -> datetime | None:
        return None


class TestTwoAtOnce:
    def test_never_look_up_the_same_text(self, world: ThroughTwilio, text: Message) -> None:
        world.twilio.script(TAKEN)
        world.deliver()
        world.later(minutes=1)
        seen: list[Outcome | None] = []

        def another_looks() -> None:
            seen.append(settle_next(world.transport, now=world.now))

        settle_next(EmptyList(another_looks), now=world.now)
        assert seen == [None]

    def test_a_look_that_was_overtaken_changes_nothing(
        self, world: ThroughTwilio, text: Message
    ) -> None:
        world.twilio.script(TAKEN)
        world.deliver()
        world.later(minutes=20)

        def a_callback_comes() -> None:
            world.report(world.twilio.sent[0], "delivered")

        assert settle_next(EmptyList(a_callback_comes), now=world.now) is Outcome.WAITING
        assert statuses() == ["delivered"]


class TestAMail:
    def test_that_may_have_left_goes_to_staff_with_the_servers_words(self, dana: Provider) -> None:
        book()
        broken = Carrier(Unknown("reset", said="421 4.3.0 closing"))
        assert deliver_due(broken, now=NOW, channel=Channel.EMAIL) == ["uncertain"]
        assert tasks() == [("uncertain", "421 4.3.0 closing")]
        assert Message.objects.get(status="uncertain").look_up_at is None
        assert settle_next(None, now=NOW + timedelta(days=1)) is None


@pytest.mark.django_db(transaction=True)
class TestTransactions:
    def test_none_is_open_while_the_list_is_read(
        self, twilio: FakeTwilio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_clinic()
        make_provider()
        world = ThroughTwilio(twilio)
        [one] = messages_of(book(), kind="confirmation", channel="sms")
        twilio.script(TAKEN)
        world.deliver()
        world.later(minutes=1)
        open_ones: list[bool] = []
        listed = world.transport.list_sent

        def look(to: str, *, since: datetime | None = None) -> list[Listed]:
            open_ones.append(connection.in_atomic_block)
            return listed(to, since=since)

        monkeypatch.setattr(world.transport, "list_sent", look)
        assert world.settle() == [Outcome.FOUND]
        assert open_ones == [False]
        assert fresh(one).status == "accepted"
