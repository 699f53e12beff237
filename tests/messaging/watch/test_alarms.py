"""Alarms: what raises one, that it is raised once and ends by itself, and who is mailed."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic, Provider
from scheduler.messaging.delivery.circuit import count_failure
from scheduler.messaging.delivery.heartbeat import beat
from scheduler.messaging.delivery.pause_sending import pause_sending
from scheduler.messaging.models import Alarm, Message
from scheduler.messaging.watch.find_troubles import find_troubles
from scheduler.messaging.watch.mail_alarms import mail_alarms
from scheduler.messaging.watch.raise_alarms import _begin, raise_alarms
from scheduler.transports.errors import Refused, Unknown
from scheduler.worklist.models import StaffTask
from scheduler.worklist.settle import settle_task
from tests.factories import NOW, at, book
from tests.messaging.carriers import Carrier, deliver_due
from tests.messaging.watch.test_outcomes import settled
from tests.staff import make_user, new_user

MINUTE = timedelta(minutes=1)
Name = Alarm.Name
TROUBLE = [(Name.FAILING, "Texts: 9 of 9 failed within an hour.")]


@pytest.fixture
def visit(dana: Provider) -> Appointment:
    """Booked just now; a worker is at work."""
    beat("worker", now=NOW)
    return book()


def troubles(now: datetime = NOW) -> set[str]:
    beat("worker", now=now)
    return {name for name, _detail in find_troubles(now=now)}


class TestWhatRaisesOne:
    def test_nothing_while_all_is_well(self, visit: Appointment) -> None:
        assert troubles() == set()

    @pytest.mark.parametrize(("minutes", "found"), [(2, set()), (3, {Name.OVERDUE})])
    def test_answers_that_wait(self, visit: Appointment, minutes: int, found: set[str]) -> None:
        assert troubles(NOW + minutes * MINUTE) == found

    @pytest.mark.parametrize(("minutes", "found"), [(20, set()), (21, {Name.OVERDUE})])
    def test_reminders_that_wait_longer(
        self, visit: Appointment, minutes: int, found: set[str]
    ) -> None:
        for channel in ("sms", "email"):
            deliver_due(Carrier(), now=NOW, channel=channel)
        assert troubles(at("2026-11-21 10:00") + minutes * MINUTE) == found

    def test_not_what_a_manager_paused(self, visit: Appointment) -> None:
        pause_sending(by=make_user(None), now=NOW)
        assert troubles(NOW + 60 * MINUTE) == set()

    def test_a_way_that_is_off_while_something_is_due(
        self, visit: Appointment, settings: Settings
    ) -> None:
        settings.SMS_TRANSPORT = "off"
        assert troubles(NOW + MINUTE) == {Name.SHUT}
        Message.objects.filter(channel="sms").delete()
        assert troubles(NOW + MINUTE) == set()

    @pytest.mark.parametrize(
        ("failures", "minutes", "found"),
        [(5, 2, set()), (5, 3, {Name.SHUT}), (4, 3, set())],
    )
    def test_a_carrier_that_is_away_for_minutes(
        self, clinic: Clinic, failures: int, minutes: int, found: set[str]
    ) -> None:
        for _ in range(failures):
            count_failure("sms", "refused", now=NOW)
        assert troubles(NOW + minutes * MINUTE) == found

    @pytest.mark.parametrize(
        ("failed", "sent", "found"),
        [(4, 0, set()), (5, 0, {Name.FAILING}), (5, 20, {Name.FAILING}), (5, 21, set())],
    )
    def test_many_that_fail(
        self, visit: Appointment, failed: int, sent: int, found: set[str]
    ) -> None:
        for _ in range(failed):
            settled(visit, "links", "failed", settled_at=NOW - MINUTE)
        for _ in range(sent):
            settled(visit, "links", "delivered", accepted_at=NOW - MINUTE)
        assert troubles() == found

    def test_not_those_of_hours_ago(self, visit: Appointment) -> None:
        for _ in range(9):
            settled(visit, "links", "failed", settled_at=NOW - 61 * MINUTE)
            settled(visit, "links", "uncertain", settled_at=NOW - 61 * MINUTE)
        assert troubles() == set()

    @pytest.mark.parametrize(("count", "found"), [(2, set()), (3, {Name.UNCERTAIN})])
    def test_several_that_are_uncertain(
        self, visit: Appointment, count: int, found: set[str]
    ) -> None:
        for _ in range(count):
            settled(visit, "links", "uncertain", settled_at=NOW - MINUTE)
        assert troubles() == found

    @pytest.mark.parametrize(("minutes", "found"), [(2, []), (3, [Name.NO_WORKER])])
    def test_no_worker(self, clinic: Clinic, minutes: int, found: list[str]) -> None:
        beat("worker", now=NOW)
        names = [name for name, _detail in find_troubles(now=NOW + minutes * MINUTE)]
        assert names == found

    def test_no_worker_ever(self, clinic: Clinic) -> None:
        assert [name for name, _detail in find_troubles(now=NOW)] == [Name.NO_WORKER]


class TestRaising:
    def test_is_an_alarm_and_an_urgent_task(self, clinic: Clinic) -> None:
        [alarm] = raise_alarms(TROUBLE, now=NOW)
        task = StaffTask.objects.get()
        assert (alarm.name, alarm.task, alarm.since) == (Name.FAILING, task, NOW)
        assert (task.kind, task.urgent) == (StaffTask.Kind.ALARM, True)
        assert task.note == "Many messages fail. Texts: 9 of 9 failed within an hour."

    def test_again_and_again_is_once(self, clinic: Clinic) -> None:
        for minute in range(30):
            raise_alarms(TROUBLE, now=NOW + minute * MINUTE)
        assert (Alarm.objects.count(), StaffTask.objects.count()) == (1, 1)

    def test_stays_quiet_once_somebody_handled_it(self, clinic: Clinic) -> None:
        raise_alarms(TROUBLE, now=NOW)
        settle_task(StaffTask.objects.get().pk, by=make_user(), now=NOW)
        raise_alarms(TROUBLE, now=NOW + MINUTE)
        assert not StaffTask.objects.filter(done_at=None).exists()

    def test_ends_by_itself_and_its_task_with_it(self, clinic: Clinic) -> None:
        raise_alarms(TROUBLE, now=NOW)
        raise_alarms([], now=NOW + 9 * MINUTE)
        assert Alarm.objects.get().over_at is None
        raise_alarms([], now=NOW + 10 * MINUTE)
        assert Alarm.objects.get().over_at == NOW + 10 * MINUTE
        assert StaffTask.objects.get().done_at == NOW + 10 * MINUTE

    def test_what_comes_and_goes_is_one(self, clinic: Clinic) -> None:
        for minute in range(0, 60, 6):
            raise_alarms(TROUBLE if minute % 12 == 0 else [], now=NOW + minute * MINUTE)
        assert Alarm.objects.count() == 1

    def test_is_another_one_after_it_was_over(self, clinic: Clinic) -> None:
        raise_alarms(TROUBLE, now=NOW)
        raise_alarms([], now=NOW + 10 * MINUTE)
        raise_alarms(TROUBLE, now=NOW + 11 * MINUTE)
        assert (Alarm.objects.count(), StaffTask.objects.count()) == (2, 2)

    def test_by_another_beat_at_the_same_moment_is_none(self, clinic: Clinic) -> None:
        raise_alarms(TROUBLE, now=NOW)
        assert _begin(*TROUBLE[0], now=NOW) is None
        assert StaffTask.objects.count() == 1


class TestMail:
    @pytest.fixture(autouse=True)
    def _raised(self, clinic: Clinic, settings: Settings) -> None:
        settings.ALARM_EMAIL = ["boss@example.org"]
        raise_alarms(TROUBLE, now=NOW)

    def mail(self, carrier: Carrier, now: datetime = NOW) -> int:
        return mail_alarms({"email": carrier}, Clinic.objects.get(), now=now)

    def test_tells_what_is_wrong_since_when_and_where_to_look(self) -> None:
        carrier = Carrier()
        assert self.mail(carrier) == 1
        [sent] = carrier.sent
        assert sent.to == "boss@example.org"
        assert sent.subject == "PMG Findlay: many messages fail"
        assert "since Mon Nov 16, 10:00 AM EST" in sent.text
        assert "Texts: 9 of 9 failed within an hour." in sent.text
        assert "/staff/numbers/messages/" in sent.text

    def test_is_sent_once_an_alarm(self) -> None:
        carrier = Carrier()
        for minute in range(5):
            raise_alarms(TROUBLE, now=NOW + minute * MINUTE)
            self.mail(carrier, NOW + minute * MINUTE)
        assert len(carrier.sent) == 1

    def test_that_surely_did_not_leave_is_tried_again(self) -> None:
        assert self.mail(Carrier(Refused("refused"))) == 0
        carrier = Carrier()
        assert self.mail(carrier, NOW + MINUTE) == 1

    def test_that_may_have_left_is_not(self) -> None:
        self.mail(Carrier(Unknown("timeout")))
        carrier = Carrier()
        assert self.mail(carrier, NOW + MINUTE) == 0
        assert carrier.sent == []

    def test_comes_from_no_alarm_that_is_over_or_old(self) -> None:
        carrier = Carrier()
        assert self.mail(carrier, NOW + 60 * MINUTE) == 0
        raise_alarms([], now=NOW + 10 * MINUTE)
        assert self.mail(carrier, NOW + 11 * MINUTE) == 0
        assert carrier.sent == []

    def test_goes_to_the_managers_where_nobody_is_named(self, settings: Settings) -> None:
        settings.ALARM_EMAIL = []
        make_user("Manager")
        new_user("Manager", "may", email="may@example.org")
        new_user("Manager", "old", email="old@example.org", is_active=False)
        new_user("Front desk", "fay", email="fay@example.org")
        carrier = Carrier()
        self.mail(carrier)
        assert [sent.to for sent in carrier.sent] == ["may@example.org"]

    def test_to_each_has_a_name_that_stays(self) -> None:
        first, second = Carrier(), Carrier()
        self.mail(first)
        Alarm.objects.update(mailed_at=None)
        self.mail(second)
        assert first.sent[0].message_id == second.sent[0].message_id
