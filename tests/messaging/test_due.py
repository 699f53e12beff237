"""`manage.py due`: what is owed and when, and what would leave at another time."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from pytest_django import Settings

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.messaging.models import Message
from scheduler.replies.receive import receive
from scheduler.transports.outbox import Entry, entries
from tests.factories import NOW, PHONE, at, book


@pytest.fixture(autouse=True)
def fixed_time(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.DATA_DIR = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def visit(dana: Provider) -> Appointment:
    return book(at("2026-11-24 14:00"))


def due(*options: str) -> list[str]:
    said = StringIO()
    call_command("due", *options, stdout=said)
    return said.getvalue().splitlines()


def outbox(folder: Path) -> list[Entry]:
    return entries(folder / "outbox")


class TestTheList:
    def test_says_what_is_owed_when_and_for_which_visit(self, visit: Appointment) -> None:
        lines = [line.split() for line in due()]
        assert lines[-1] == ["8", "owed."]
        texts = [line for line in lines if "sms" in line]
        assert texts == [
            ["Mon", "2026-11-16", "10:00", "EST", "sms", "confirmation", visit.reference],
            ["Sat", "2026-11-21", "10:00", "EST", "sms", "reminder-3-days", visit.reference],
            ["Mon", "2026-11-23", "10:00", "EST", "sms", "reminder-1-day", visit.reference],
            ["Tue", "2026-11-24", "12:00", "EST", "sms", "reminder-2-hours", visit.reference],
        ]

    def test_may_end_at_a_time(self, visit: Appointment) -> None:
        lines = due("--at", "2026-11-21T09:59")
        assert len(lines) == 3
        assert lines[-1] == "2 owed by Sat 2026-11-21 09:59 EST."

    def test_names_answers_that_belong_to_no_visit(self, dana: Provider) -> None:
        receive("SM1", PHONE, "hello", now=NOW)
        assert due()[0].split()[-2:] == ["reply_unknown", "answer"]

    def test_changes_nothing(self, visit: Appointment) -> None:
        due()
        due("--at", "2026-12-31T10:00")
        assert set(Message.objects.values_list("status", flat=True)) == {"planned"}

    @pytest.mark.parametrize("time", ["tomorrow", "2026-11-31T10:00", "10:00"])
    def test_needs_a_time(self, visit: Appointment, time: str) -> None:
        with pytest.raises(CommandError, match="--at takes a time"):
            due("--at", time)


class TestSending:
    def test_delivers_what_is_due_by_then_each_at_its_own_hour(
        self, visit: Appointment, tmp_path: Path
    ) -> None:
        assert due("--at", "2026-11-23T10:00", "--send") == [
            "6 delivered to the outbox, as of Mon 2026-11-23 10:00 EST."
        ]
        left = {entry.sent_at for entry in outbox(tmp_path)}
        assert left == {NOW, at("2026-11-21 10:00"), at("2026-11-23 10:00")}
        assert Message.objects.filter(status="planned").count() == 2

    def test_takes_a_time_with_its_offset(self, visit: Appointment, tmp_path: Path) -> None:
        due("--at", "2026-11-21T15:00:00Z", "--send")
        assert len(outbox(tmp_path)) == 4

    def test_now_delivers_what_is_due_now(self, visit: Appointment, tmp_path: Path) -> None:
        due("--send")
        assert {entry.channel for entry in outbox(tmp_path)} == {"sms", "email"}
        assert Message.objects.filter(kind="confirmation", status="accepted").count() == 2

    def test_sends_nothing_twice(self, visit: Appointment, tmp_path: Path) -> None:
        for _ in range(2):
            due("--at", "2026-11-21T10:00", "--send")
        assert len(outbox(tmp_path)) == 4

    @pytest.mark.parametrize(
        ("setting", "value"), [("SMS_TRANSPORT", "twilio"), ("EMAIL_TRANSPORT", "email")]
    )
    def test_never_sends_for_real(
        self, visit: Appointment, settings: Settings, setting: str, value: str
    ) -> None:
        setattr(settings, setting, value)
        with pytest.raises(CommandError, match="nothing leaves for real"):
            due("--at", "2026-11-23T10:00", "--send")
        assert not Message.objects.exclude(status="planned").exists()
