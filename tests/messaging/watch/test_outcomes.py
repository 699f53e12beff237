"""What waits and what became of messages, counted by hand, and what counting them costs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.messaging.models import Message
from scheduler.messaging.watch.outcomes import Step, outcomes_by, outcomes_by_kind
from scheduler.messaging.watch.queue import longest_wait, waiting
from tests.factories import NOW, ZONE, at, book
from tests.messaging.carriers import Carrier, deliver_due
from tests.plans import plan_of

BOTH = ("sms", "email")
SECOND = timedelta(seconds=1)


@pytest.fixture
def visit(dana: Provider) -> Appointment:
    return book()


def settled(visit: Appointment, kind: str, status: str, **fields: Any) -> Message:
    """A text of this visit in a state, accepted or given up at some time."""
    return Message.objects.create(
        **{
            "appointment": visit,
            "kind": kind,
            "channel": "sms",
            "sequence": Message.objects.count(),
            "to": "+14195550123",
            "language": "en",
            "status": status,
            "due_at": NOW,
            "next_attempt_at": NOW,
            "expires_at": NOW + timedelta(days=9),
            "created_at": NOW,
            **fields,
        }
    )


class TestWhatWaits:
    def test_is_what_is_due_by_channel_and_kind(self, visit: Appointment) -> None:
        found = {(one.channel, one.kind): one.count for one in waiting(now=NOW)}
        assert found == {("sms", "confirmation"): 1, ("email", "confirmation"): 1}
        later = {(one.channel, one.kind): one.count for one in waiting(now=at("2026-11-23 10:00"))}
        assert later[("sms", "reminder")] == 2

    def test_tells_how_long_the_oldest_has_waited(self, visit: Appointment) -> None:
        Message.objects.filter(channel="email").update(next_attempt_at=NOW + 40 * SECOND)
        now = NOW + 90 * SECOND
        found = waiting(now=now)
        assert longest_wait(found, now=now, channel="sms") == 90 * SECOND
        assert longest_wait(found, now=now, channel="email") == 50 * SECOND

    def test_is_nothing_once_all_left(self, visit: Appointment) -> None:
        for channel in BOTH:
            deliver_due(Carrier(), now=NOW, channel=channel)
        found = waiting(now=NOW)
        assert found == []
        assert longest_wait(found, now=NOW, channel="sms") == timedelta(0)


class TestWhatBecameOfThem:
    @pytest.fixture
    def yesterday(self, visit: Appointment) -> None:
        """Nine, on two days of the clinic's: four on Sunday, five on Monday."""
        sunday, monday = at("2026-11-15 23:30"), at("2026-11-16 00:30")
        Message.objects.all().delete()
        for kind, status, when, segments in (
            ("confirmation", "delivered", sunday, 1),
            ("reminder-1-day", "accepted", sunday, 2),
            ("reminder-3-days", "undelivered", sunday, 1),
            ("moved", "delivered", monday, 1),
        ):
            settled(visit, kind, status, accepted_at=when, segments=segments, next_attempt_at=when)
        for kind, status, when in (
            ("reminder-1-day", "suppressed", sunday),
            ("late-15", "failed", monday),
            ("links", "uncertain", monday),
            ("closed", "expired", monday),
            ("cancelled", "cancelled", monday),
        ):
            settled(visit, kind, status, settled_at=when)

    def test_is_counted_by_the_clinics_day(self, yesterday: None) -> None:
        first, second = outcomes_by(
            Step.DAY, at("2026-11-15 00:00"), at("2026-11-17 00:00"), zone=ZONE, channels=BOTH
        )
        assert (first.sent, first.delivered, first.open, first.failed) == (3, 1, 1, 1)
        assert (first.kept_back, first.segments) == (1, 4)
        assert (second.sent, second.delivered, second.failed) == (1, 1, 1)
        assert (second.uncertain, second.kept_back, second.segments) == (1, 1, 1)

    def test_is_counted_by_the_clinics_hour(self, yesterday: None) -> None:
        found = outcomes_by(
            Step.HOUR, at("2026-11-15 00:00"), at("2026-11-17 00:00"), zone=ZONE, channels=BOTH
        )
        assert [one.at.hour for one in found] == [23, 0]

    def test_can_be_of_one_way(self, yesterday: None) -> None:
        start, end = at("2026-11-15 00:00"), at("2026-11-17 00:00")
        assert outcomes_by(Step.DAY, start, end, zone=ZONE, channels=["email"]) == []

    def test_by_kind_sums_up_all_reminders(self, yesterday: None) -> None:
        found = outcomes_by_kind(at("2026-11-15 00:00"), at("2026-11-17 00:00"))
        reminders = {one.status: one.count for one in found if one.kind == "reminder"}
        assert reminders == {"accepted": 1, "undelivered": 1, "suppressed": 1}

    def test_knows_how_long_the_slowest_waited(self, visit: Appointment) -> None:
        deliver_due(Carrier(), now=NOW + 75 * SECOND)
        [found] = outcomes_by(Step.DAY, NOW, NOW + timedelta(hours=1), zone=ZONE, channels=["sms"])
        assert found.longest_wait == 75.0


class TestSegments:
    def test_are_written_down_as_a_text_leaves(self, visit: Appointment) -> None:
        deliver_due(Carrier(), now=NOW)
        assert visit.messages.get(kind="confirmation", channel="sms").segments == 1

    def test_count_what_left_and_not_what_is_stored(self, visit: Appointment) -> None:
        """A text that is stored in one segment, and in two once its words are longer."""
        carrier = Carrier()
        Message.objects.filter(kind="confirmation", channel="sms").update(
            kind="staff_reply", words="w" * 200
        )
        deliver_due(carrier, now=NOW)
        sent = visit.messages.get(kind="staff_reply")
        assert (len(carrier.sent[0].text) > 160, sent.segments) == (True, 2)

    def test_are_none_of_a_mail(self, visit: Appointment) -> None:
        deliver_due(Carrier(), now=NOW, channel="email")
        assert visit.messages.get(kind="confirmation", channel="email").segments is None


class TestTheCost:
    """Of a history of thousands only what is asked for is read."""

    @pytest.fixture
    def history(self, visit: Appointment) -> None:
        Message.objects.bulk_create(
            Message(
                appointment=visit,
                kind="confirmation",
                channel="sms",
                sequence=1000 + number,
                to="+14195550123",
                language="en",
                status="delivered",
                due_at=NOW - timedelta(hours=number),
                next_attempt_at=NOW - timedelta(hours=number),
                expires_at=NOW,
                created_at=NOW,
                accepted_at=NOW - timedelta(hours=number),
                settled_at=NOW - timedelta(hours=number),
                segments=1,
            )
            for number in range(2000)
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE scheduler_message")

    @pytest.mark.parametrize(
        ("read", "index"),
        [
            (lambda: outcomes_by_kind(NOW - timedelta(hours=1), NOW), "message_outcome"),
            (
                lambda: outcomes_by(
                    Step.HOUR, NOW - timedelta(hours=9), NOW, zone=ZONE, channels=BOTH
                ),
                "message_outcome",
            ),
            (lambda: waiting(now=NOW), "message_due"),
        ],
    )
    def test_is_that_of_the_index(
        self, history: None, read: Callable[[], object], index: str
    ) -> None:
        with CaptureQueriesContext(connection) as captured:
            read()
        [statement] = captured.captured_queries
        plan = plan_of(statement["sql"], analyze=True)
        assert index in plan.indexes
        assert max(plan.rows_read("scheduler_message")) <= 20
