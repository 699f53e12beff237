"""What /metrics tells of messages."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.test import Client
from pytest_django import Settings

from api.message_metrics import kind_label, message_metrics
from scheduler.clinic.models import Provider
from scheduler.messaging.delivery.circuit import FAILURES, count_failure
from scheduler.messaging.delivery.heartbeat import beat
from scheduler.messaging.models import Alarm, Message
from scheduler.messaging.watch.raise_alarms import raise_alarms
from tests.factories import NOW, book, somebody
from tests.messaging.carriers import Carrier, deliver_due

MINUTE = timedelta(minutes=1)


def series(now: object = NOW) -> dict[str, float]:
    """Each series with its value."""
    lines = message_metrics(now=now).decode().splitlines()  # type: ignore[arg-type]
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


@pytest.fixture
def _sent(dana: Provider) -> None:
    """One text left, its mail and four reminders wait; a worker is at work."""
    book()
    deliver_due(Carrier(), now=NOW)
    beat("worker", now=NOW)


@pytest.mark.usefixtures("_sent")
class TestTheSeries:
    def test_tell_what_waits(self) -> None:
        found = series(NOW + MINUTE)
        assert found['scheduler_message_oldest_due_seconds{channel="sms"}'] == 0
        assert found['scheduler_message_oldest_due_seconds{channel="email"}'] == 60
        assert found['scheduler_messages_due{channel="email",kind="confirmation"}'] == 1
        assert found["scheduler_worker_seen_seconds"] == 60

    def test_tell_what_became_of_the_last_hours(self) -> None:
        name = 'scheduler_messages_last_hour{channel="sms",kind="confirmation",status="accepted"}'
        assert series(NOW + MINUTE)[name] == 1
        assert name not in series(NOW + 61 * MINUTE)

    def test_tell_what_texts_cost(self, settings: Settings) -> None:
        settings.SMS_SEGMENT_PRICE = 0.011
        found = series(NOW + MINUTE)
        assert found["scheduler_text_segments_last_hour"] == 1
        assert found["scheduler_text_dollars_last_hour"] == pytest.approx(0.011)

    def test_tell_whose_other_side_is_left_alone(self) -> None:
        for _ in range(FAILURES):
            count_failure("email", "refused", now=NOW)
        found = series()
        assert found['scheduler_transport_away{channel="email"}'] == 1
        assert found['scheduler_transport_away{channel="sms"}'] == 0

    def test_tell_what_is_wrong(self) -> None:
        assert set(alarms().values()) == {0.0}
        raise_alarms([(Alarm.Name.FAILING, "")], now=NOW)
        assert [name for name, on in alarms().items() if on] == ['scheduler_alarm{alarm="failing"}']

    def test_do_not_grow_with_who_is_written_to(self, dana: Provider) -> None:
        Message.objects.filter(kind="reminder-1-day").update(kind="never-heard-of")
        before = len(series(NOW + timedelta(days=30)))
        for number in range(5):
            book(NOW + timedelta(days=9, hours=number), person=somebody(number))
        after = series(NOW + timedelta(days=30))
        assert len(after) <= before + 2
        assert not re.search(r"example\.org|\+1", " ".join(after))

    def test_are_of_kinds_that_there_are(self) -> None:
        assert kind_label("confirmation") == "confirmation"
        assert kind_label("staff_reply") == "staff_reply"
        assert kind_label("made-up") == "other"


def alarms() -> dict[str, float]:
    return {name: on for name, on in series().items() if name.startswith("scheduler_alarm")}


class TestThePage:
    def test_shows_them_beside_the_others(self, client: Client, clinic: object) -> None:
        content = client.get("/metrics").content.decode()
        assert "scheduler_message_oldest_due_seconds" in content
        assert "django_http_requests" in content

    def test_stays_whole_without_a_database(
        self, client: Client, clinic: object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(**_: object) -> None:
            raise DatabaseError

        monkeypatch.setattr("api.message_metrics.waiting", away)
        response = client.get("/metrics")
        assert response.status_code == 200
        assert "scheduler_messages_due" not in response.content.decode()
