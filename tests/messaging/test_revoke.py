"""Consent is taken back by any route, at any point between the plan and the network: no send begins
after it. What leaves goes by real transports to a fake Twilio and a fake mail server."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection, transaction

from scheduler.booking.models import Appointment
from scheduler.booking.reschedule import reschedule
from scheduler.clinic.models import Clinic, Provider
from scheduler.messaging.consent.agreed import agreed_for
from scheduler.messaging.consent.by_staff import TheyStopped, take_consent, withdraw_consent
from scheduler.messaging.consent.keep_back import keep_back
from scheduler.messaging.consent.lift_opt_out import Started, opt_in
from scheduler.messaging.consent.opt_out import opt_out
from scheduler.messaging.consent.preferences import set_preferences
from scheduler.messaging.consent.revoke import revoke
from scheduler.messaging.consent.stop_reminders import stop_reminders
from scheduler.messaging.consent.write_consent import write_consent
from scheduler.messaging.delivery import deliver as delivering
from scheduler.messaging.delivery.claim import claim_due
from scheduler.messaging.models import Consent, Message, OptOut
from scheduler.replies.receive import receive
from scheduler.transports.base import Transport
from scheduler.transports.email import Email
from scheduler.transports.twilio_sms import TwilioSms
from tests.factories import (
    EMAIL,
    NOW,
    PHONE,
    STAFF,
    a_person,
    at,
    book,
    make_clinic,
    make_provider,
    messages_of,
)
from tests.fakes.smtp import FakeSmtp
from tests.fakes.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, FakeTwilio
from tests.messaging.carriers import Carrier, deliver_due, fresh
from tests.staff import make_user

REMINDED = at("2026-11-21 10:00")
SMS, MAIL = "sms", "email"


class World:
    """The two ways out and what arrived at their other ends."""

    def __init__(self, twilio: FakeTwilio, smtp: FakeSmtp) -> None:
        self.twilio, self.smtp = twilio, smtp

        def connect() -> EmailBackend:
            return EmailBackend(host="127.0.0.1", port=smtp.port, timeout=5)

        self.transports: dict[str, Transport] = {
            SMS: TwilioSms(
                account_sid=ACCOUNT_SID,
                auth_token=AUTH_TOKEN,
                from_number=NUMBER,
                messaging_service_sid="",
                api_base=twilio.base_url,
            ),
            MAIL: Email(
                from_address="visits@example.org",
                message_id_host="book.example.org",
                connect=connect,
            ),
        }

    def arrived(self) -> int:
        return len(self.twilio.sent) + len(self.smtp.mails)


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[FakeTwilio, FakeSmtp]]:
    with FakeTwilio() as twilio, FakeSmtp() as smtp:
        yield twilio, smtp


@pytest.fixture
def world(servers: tuple[FakeTwilio, FakeSmtp]) -> World:
    twilio, smtp = servers
    twilio.texts.clear()
    smtp.deliveries.clear()
    return World(twilio, smtp)


@pytest.fixture
def visit(dana: Provider) -> Appointment:
    """Its confirmation is out; the reminder of three days before is due at REMINDED."""
    booked = book()
    Message.objects.filter(kind="confirmation").update(status="delivered")
    return booked


ROUTES: dict[str, tuple[str, Callable[[Appointment], object]]] = {
    "the text STOP": (SMS, lambda _: receive("SM9", PHONE, "STOP", now=REMINDED)),
    "a text that may mean stop": (
        SMS,
        lambda _: receive("SM9", PHONE, "please quit texting me", now=REMINDED),
    ),
    "the carrier": (SMS, lambda _: opt_out(SMS, PHONE, source="carrier 21610", now=REMINDED)),
    "the desk, of texts": (
        SMS,
        lambda _: withdraw_consent(SMS, PHONE, language="en", by=make_user(), now=REMINDED),
    ),
    "the desk, of mail": (
        MAIL,
        lambda _: withdraw_consent(MAIL, EMAIL, language="en", by=make_user(), now=REMINDED),
    ),
    "the visit's page, of texts": (
        SMS,
        lambda visit: set_preferences(visit.pk, reminders_on=False, now=REMINDED),
    ),
    "the visit's page, of mail": (
        MAIL,
        lambda visit: set_preferences(visit.pk, reminders_on=False, now=REMINDED),
    ),
    "the visit's page, all texts": (
        SMS,
        lambda _: revoke(SMS, PHONE, route=Consent.Route.PAGE, source="visit's page", now=REMINDED),
    ),
    "the visit's page, all mails": (
        MAIL,
        lambda _: revoke(
            MAIL, EMAIL, route=Consent.Route.PAGE, source="visit's page", now=REMINDED
        ),
    ),
    "an answer that is written down, and nothing else": (
        MAIL,
        lambda _: write_consent(
            MAIL, EMAIL, granted=False, language="en", source="staff", now=REMINDED
        ),
    ),
    "the link in a reminder": (
        MAIL,
        lambda _: stop_reminders(MAIL, EMAIL, source="link in a reminder", now=REMINDED),
    ),
}
# In the order in which they come; `begin` commits that a sending begins, and the POST follows.
STEPS = ("claim", "read_to_send", "check_message", "compose", "outgoing", "begin")


@pytest.mark.django_db
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("route", ROUTES)
def test_nothing_begins_once_it_was_taken_back(
    visit: Appointment, world: World, monkeypatch: pytest.MonkeyPatch, route: str, step: str
) -> None:
    """It is taken back just before this step."""
    channel, take_back = ROUTES[route]
    if step == "claim":
        take_back(visit)
    else:
        _just_before(step, lambda: take_back(visit), monkeypatch)
    clinic = Clinic.objects.get()
    for claim in claim_due(channel, limit=9, now=REMINDED):
        message = Message.objects.get(pk=claim.message_id)
        delivering.deliver(claim, world.transports, clinic, now=REMINDED)
        if message.kind.startswith("reminder"):
            assert fresh(message).status == "suppressed"
    reminders = messages_of(visit, channel=channel, kind="reminder-3-days")
    assert [(one.status, one.sending_at) for one in reminders] == [("suppressed", None)]
    assert not [text for text in world.twilio.sent if "reminder" in text.body]
    assert world.smtp.mails == []


def _just_before(step: str, act: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    real = getattr(delivering, step)
    done: list[object] = []

    def first(*args: Any, **named: Any) -> Any:
        if not done:
            done.append(act())
        return real(*args, **named)

    monkeypatch.setattr(delivering, step, first)


@pytest.mark.django_db
@pytest.mark.parametrize("channel", [SMS, MAIL])
def test_without_any_of_it_the_reminder_arrives(
    visit: Appointment, world: World, channel: str
) -> None:
    (claim,) = claim_due(channel, limit=9, now=REMINDED)
    outcome = delivering.deliver(claim, world.transports, Clinic.objects.get(), now=REMINDED)
    assert (outcome, world.arrived()) == ("accepted", 1)


@pytest.mark.django_db(transaction=True)
class TestWhileItIsBeingTakenBack:
    """A worker is about to begin, and whoever takes it back has not committed yet."""

    def test_the_worker_waits_and_sends_nothing(self) -> None:
        make_clinic()
        make_provider()
        book()
        carrier, clinic = Carrier(), Clinic.objects.get()
        (claim,) = claim_due(SMS, limit=9, now=NOW)
        begun, outcomes = Event(), []

        def send() -> None:
            begun.set()
            outcomes.append(delivering.deliver(claim, {SMS: carrier}, clinic, now=NOW))
            connection.close()

        worker = Thread(target=send)
        with transaction.atomic():
            opt_out(SMS, PHONE, source="text", now=NOW)
            worker.start()
            begun.wait()
            # It stands before the row that is locked here, having seen no opt-out.
            _wait_for_a_waiter()
        worker.join()
        assert (carrier.sent, outcomes) == ([], ["lost"])
        assert fresh(Message(pk=claim.message_id)).status == "suppressed"


def _wait_for_a_waiter() -> None:
    for _ in range(2000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")


@pytest.mark.django_db
class TestRemindersAlone:
    """One click in a reminder's mail: reminders end, the rest goes on."""

    @pytest.fixture(autouse=True)
    def _no_more(self, visit: Appointment) -> None:
        stop_reminders(MAIL, EMAIL, source="link in a reminder", now=NOW)

    def test_are_not_sent_by_mail_and_are_by_text(self, visit: Appointment) -> None:
        assert deliver_due(Carrier(), now=REMINDED, channel=MAIL) == []
        assert deliver_due(Carrier(), now=REMINDED) == ["accepted"]

    def test_leave_what_tells_of_a_visit(self, visit: Appointment) -> None:
        other = book(at("2026-12-01 10:00"), person=a_person(name="Bo Ruiz"))
        assert deliver_due(Carrier(), now=NOW, channel=MAIL) == ["accepted"]
        assert messages_of(other, kind="confirmation", channel=MAIL)[0].status == "accepted"

    def test_of_a_new_time_are_not_sent_either(self, visit: Appointment) -> None:
        reschedule(visit.pk, at("2026-12-01 10:00"), by=STAFF, now=NOW)
        assert deliver_due(Carrier(), now=NOW, channel=MAIL) == ["accepted"]
        reminded = at("2026-11-30 10:00")
        carrier = Carrier()
        assert "suppressed" in deliver_due(carrier, now=reminded, channel=MAIL)
        assert carrier.sent == []
        assert "accepted" in deliver_due(carrier, now=reminded)

    def test_come_back_with_a_new_consent(self, visit: Appointment) -> None:
        take_consent(MAIL, EMAIL, language="en", by=make_user(), now=NOW + timedelta(hours=1))
        assert deliver_due(Carrier(), now=REMINDED, channel=MAIL) == ["accepted"]


@pytest.mark.django_db
class TestStart:
    """START brings back what was agreed to, in the words of then, and nothing else."""

    LATER = NOW + timedelta(hours=2)

    def test_renews_the_words_of_the_consent(self, visit: Appointment) -> None:
        opt_out(SMS, PHONE, source="text", now=NOW)
        before = Consent.objects.get(channel=SMS)
        assert opt_in(SMS, PHONE, source="text", now=self.LATER) is Started.AS_AGREED
        again = Consent.objects.latest("at", "pk")
        assert (again.granted, again.route, again.wording, again.wording_version) == (
            True,
            "text",
            before.wording,
            before.wording_version,
        )

    def test_gives_no_consent_to_whom_never_gave_one(self, visit: Appointment) -> None:
        Consent.objects.filter(channel=SMS).delete()
        opt_out(SMS, PHONE, source="text", now=NOW)
        receive("SM9", PHONE, "START", now=self.LATER)
        assert not OptOut.objects.filter(lifted_at=None).exists()
        assert not Consent.objects.filter(channel=SMS).exists()
        assert Message.objects.get(inbound__isnull=False).kind == "reply_unblocked"
        carrier = Carrier()
        deliver_due(carrier, now=self.LATER)
        assert [sent.text for sent in carrier.sent if "not agreed" not in sent.text] == []

    def test_brings_no_reminders_back_that_were_refused(self, visit: Appointment) -> None:
        stop_reminders(SMS, PHONE, source="staff", now=NOW)
        opt_out(SMS, PHONE, source="text", now=NOW + timedelta(hours=1))
        opt_in(SMS, PHONE, source="text", now=self.LATER)
        assert deliver_due(Carrier(), now=REMINDED) == []
        assert agreed_for(visit)[0] == (SMS, PHONE)

    def test_leaves_mail_alone(self, visit: Appointment) -> None:
        withdraw_consent(MAIL, EMAIL, language="en", by=make_user(), now=NOW)
        opt_out(SMS, PHONE, source="text", now=NOW)
        opt_in(SMS, PHONE, source="text", now=self.LATER)
        assert agreed_for(visit) == [(SMS, PHONE)]


@pytest.mark.django_db
class TestTheDeskAfterAStop:
    def test_starts_mail_again_for_whom_asks(self, visit: Appointment) -> None:
        revoke(MAIL, EMAIL, route=Consent.Route.PAGE, source="visit's page", now=NOW)
        take_consent(MAIL, EMAIL, language="en", by=make_user(), now=NOW + timedelta(hours=1))
        assert deliver_due(Carrier(), now=REMINDED, channel=MAIL) == ["accepted"]

    def test_can_not_start_texts_again(self, visit: Appointment) -> None:
        opt_out(SMS, PHONE, source="text", now=NOW)
        with pytest.raises(TheyStopped):
            take_consent(SMS, PHONE, language="en", by=make_user(), now=NOW)


@pytest.mark.django_db
def test_what_has_begun_is_left_to_end(visit: Appointment) -> None:
    (claim,) = claim_due(SMS, limit=9, now=REMINDED)
    Message.objects.filter(pk=claim.message_id).update(sending_at=REMINDED)
    assert keep_back(Message.objects.filter(pk=claim.message_id), reason="x", now=REMINDED) == 0
