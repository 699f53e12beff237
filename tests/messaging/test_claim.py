"""Which messages a claim takes, in which order, and how many of them the sender's rate allows."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.messaging import plan
from scheduler.messaging.delivery.claim import LEASE, Claim, claim_due, give_back
from scheduler.messaging.models import Message, Priority, SenderRate
from tests.factories import NOW, at, book, messages_of, somebody
from tests.messaging.carriers import fresh, many_texts

SECOND = timedelta(seconds=1)


@pytest.fixture
def visit(dana: Provider) -> Appointment:
    return book(at("2026-11-24 14:00"))


@pytest.fixture
def confirmation(visit: Appointment) -> Message:
    (text,) = messages_of(visit, kind="confirmation", channel="sms")
    return text


def kinds(claims: list[Claim]) -> list[str]:
    """Of what was claimed, in its order."""
    return [fresh(Message(pk=claim.message_id)).kind for claim in claims]


class TestPriority:
    @pytest.mark.parametrize(
        ("kind", "priority"),
        [
            (plan.CODE, Priority.CODE),
            ("reply_stopped", Priority.ANSWER),
            (plan.STAFF_REPLY, Priority.ANSWER),
            (f"{plan.STAFF_REPLY}-again-2", Priority.ANSWER),
            (plan.LINKS, Priority.ANSWER),
            (plan.CONFIRMATION, Priority.NEWS),
            (plan.MOVED, Priority.NEWS),
            (plan.CLOSED, Priority.NEWS),
            (f"{plan.LATE_PREFIX}15", Priority.NEWS),
            (plan.CONTACT_RECEIVED, Priority.NEWS),
            (f"{plan.REMINDER_PREFIX}1-day", Priority.REMINDER),
            (f"{plan.REMINDER_PREFIX}1-day-again-2", Priority.NEWS),
        ],
    )
    def test_is_of_the_kind(self, dana: Provider, kind: str, priority: Priority) -> None:
        many_texts(1, kind=kind)
        assert Message.objects.get(kind=kind, channel="sms").priority == priority


class TestClaim:
    def test_takes_what_is_due(self, confirmation: Message) -> None:
        assert claim_due("sms", limit=10, now=NOW - SECOND) == []
        (claim,) = claim_due("sms", limit=10, now=NOW)
        assert claim.message_id == confirmation.pk
        assert fresh(confirmation).claimed_until == NOW + LEASE

    def test_is_for_one_claimer(self, confirmation: Message) -> None:
        assert len(claim_due("sms", limit=10, now=NOW)) == 1
        assert claim_due("sms", limit=10, now=NOW) == []

    def test_comes_by_kind_and_then_by_the_time_it_was_due(self, dana: Provider) -> None:
        """A code has waited for no time, and a reminder for an hour."""
        owed = [("code", 0), ("reply_help", 60), ("confirmation", 1200), ("reminder-1-day", 3600)]
        for kind, late in reversed(owed):
            many_texts(1, kind=kind, late=late)
        assert kinds(claim_due("sms", limit=9, now=NOW)) == [kind for kind, _ in owed]

    def test_comes_in_the_order_of_time_within_a_kind(self, dana: Provider) -> None:
        many_texts(4)
        texts = list(Message.objects.filter(channel="sms", kind="confirmation").order_by("pk"))
        for text, minutes in zip(texts, (3, 1, 4, 2), strict=True):
            Message.objects.filter(pk=text.pk).update(next_attempt_at=NOW - minutes * 60 * SECOND)
        claims = claim_due("sms", limit=9, now=NOW)
        assert [texts.index(Message(pk=claim.message_id)) for claim in claims] == [2, 0, 3, 1]

    def test_takes_what_is_behind_in_its_own_class_only_when_the_classes_before_are_empty(
        self, dana: Provider
    ) -> None:
        many_texts(3, kind="reminder-1-day", late=3600)
        many_texts(3)
        taken = [kinds(claim_due("sms", limit=2, now=NOW)) for _ in range(4)]
        assert taken == [
            ["confirmation", "confirmation"],
            ["confirmation", "reminder-1-day"],
            ["reminder-1-day", "reminder-1-day"],
            [],
        ]

    def test_takes_over_what_was_claimed_and_not_begun(self, dana: Provider) -> None:
        """The dead worker's among the others, by kind: a code does not wait for its reminders."""
        many_texts(4, kind="reminder-1-day", late=60)
        claim_due("sms", limit=3, now=NOW)
        many_texts(1, kind="code")
        taken = kinds(claim_due("sms", limit=9, now=NOW + LEASE))
        assert taken == ["code", *["reminder-1-day"] * 4]

    def test_keeps_to_its_limit_and_its_channel(self, dana: Provider) -> None:
        many_texts(5)
        claims = [claim_due("sms", limit=2, now=NOW) for _ in range(4)]
        assert [len(batch) for batch in claims] == [2, 2, 1, 0]
        assert len({claim.message_id for batch in claims for claim in batch}) == 5
        assert len(claim_due("email", limit=10, now=NOW)) == 1

    def test_given_back_is_due_where_it_was(self, dana: Provider) -> None:
        many_texts(3)
        first = claim_due("sms", limit=3, now=NOW)
        give_back(first[1:])
        again = claim_due("sms", limit=3, now=NOW)
        assert [claim.message_id for claim in again] == [claim.message_id for claim in first[1:]]


class TestTheSendersRate:
    @pytest.fixture(autouse=True)
    def through_twilio(self, settings: Settings) -> None:
        settings.SMS_TRANSPORT = "twilio"
        settings.SMS_PER_SECOND = 1.0

    def test_holds_across_claimers(self, dana: Provider) -> None:
        many_texts(40)
        taken = [
            sum(len(claim_due("sms", limit=10, now=NOW + second * SECOND)) for _ in range(3))
            for second in range(10)
        ]
        assert taken == [5, 1, 1, 1, 1, 1, 1, 1, 1, 1]

    def test_follows_the_setting(self, dana: Provider, settings: Settings) -> None:
        settings.SMS_PER_SECOND = 4.0
        many_texts(40)
        taken = [len(claim_due("sms", limit=10, now=NOW + n * SECOND)) for n in range(4)]
        assert taken == [5, 4, 4, 4]

    def test_saves_up_a_burst_and_no_more(self, dana: Provider) -> None:
        many_texts(40)
        claim_due("sms", limit=10, now=NOW)
        assert len(claim_due("sms", limit=10, now=NOW + 3 * SECOND)) == 3
        assert len(claim_due("sms", limit=10, now=NOW + 3600 * SECOND)) == 5

    def test_is_not_for_mail(self, dana: Provider) -> None:
        for number in range(8):
            book(at(f"2026-12-01 {9 + number:02d}:00"), person=somebody(number))
        assert len(claim_due("email", limit=10, now=NOW)) == 8

    def test_is_not_for_the_outbox(self, dana: Provider, settings: Settings) -> None:
        settings.SMS_TRANSPORT = "outbox"
        many_texts(10)
        assert len(claim_due("sms", limit=10, now=NOW)) == 10
        assert not SenderRate.objects.exists()

    @pytest.mark.parametrize("kind", ["code", "reply_help", "confirmation"])
    def test_lets_no_thousand_reminders_delay_what_people_wait_for(
        self, dana: Provider, kind: str
    ) -> None:
        many_texts(1000, kind="reminder-1-day", late=3600)
        for second in range(5):
            claim_due("sms", limit=10, now=NOW + second * SECOND)
        many_texts(2, kind=kind)
        taken = [kinds(claim_due("sms", limit=10, now=NOW + n * SECOND)) for n in (5, 6, 7)]
        assert taken == [[kind], [kind], ["reminder-1-day"]]
