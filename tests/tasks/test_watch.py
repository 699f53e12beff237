"""Beat watches over sending, whatever goes wrong while it looks."""

import pytest
from celery.signals import beat_init
from django.db import OperationalError
from pytest_django import Settings

from scheduler.clinic.models import Clinic
from scheduler.messaging.delivery.heartbeat import beat
from scheduler.messaging.models import Alarm
from tasks import watch
from tasks.celery import app
from tests.factories import NOW
from tests.messaging.carriers import Carrier

pytestmark = pytest.mark.django_db


class Over(BaseException):
    """The test has seen enough."""


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Carrier:
    """Takes the mail about alarms."""
    settings.ALARM_EMAIL = ["boss@example.org"]
    taken = Carrier()
    monkeypatch.setattr("tasks.watch.transports", lambda: {"email": taken})
    return taken


class TestALook:
    def test_raises_what_is_wrong_and_mails_it_once(self, clinic: Clinic, carrier: Carrier) -> None:
        for _ in range(3):
            watch.watch()
        assert Alarm.objects.get().name == Alarm.Name.NO_WORKER
        assert [sent.to for sent in carrier.sent] == ["boss@example.org"]

    def test_is_quiet_while_all_is_well(
        self, clinic: Clinic, carrier: Carrier, time_machine: object
    ) -> None:
        time_machine.move_to(NOW, tick=False)  # type: ignore[attr-defined]
        beat("worker", now=NOW)
        watch.watch()
        assert not Alarm.objects.exists()

    def test_does_nothing_before_the_clinic_is_loaded(self, db: None, carrier: Carrier) -> None:
        watch.watch()
        assert not Alarm.objects.exists()


class TestBeat:
    def test_starts_the_watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """In a thread that does not keep a process alive that is to end."""
        started: list[dict[str, object]] = []

        class Thread:
            def __init__(self, **options: object) -> None:
                started.append(options)

            def start(self) -> None:
                started[-1]["running"] = True

        monkeypatch.setattr("tasks.watch.Thread", Thread)
        beat_init.send(sender=None)
        [thread] = started
        assert (thread["daemon"], thread["running"]) == (True, True)
        assert thread["target"] == watch._watch_on
        assert "tasks.watch" in app.conf.imports

    def test_looks_again_after_the_database_was_away(self, monkeypatch: pytest.MonkeyPatch) -> None:
        looks: list[str] = []

        def look() -> None:
            looks.append("look")
            raise OperationalError if len(looks) < 3 else Over

        monkeypatch.setattr("tasks.watch.watch", look)
        monkeypatch.setattr("tasks.watch.sleep", lambda _: None)
        monkeypatch.setattr("tasks.watch.close_old_connections", lambda: None)
        with pytest.raises(Over):
            watch._watch_on()
        assert len(looks) == 3
