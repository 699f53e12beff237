"""What does not arrive by one channel goes by the other, once, or staff are asked."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.contact_requests.models import ContactRequest
from scheduler.contact_requests.request import request_contact
from scheduler.core.template_words import KINDS
from scheduler.messaging.channel_traits import TRAITS, addresses_of
from scheduler.messaging.consent.opt_out import opt_out
from scheduler.messaging.delivery.fall_back import NO_WORD, fall_back, fall_back_late
from scheduler.messaging.delivery.patience import PATIENCE
from scheduler.messaging.delivery.record import record_delivery
from scheduler.messaging.models import BadAddress, Channel, Consent, DeliveryEvent, Message
from scheduler.messaging.plan import CANCELLED
from scheduler.replies.receive import receive
from scheduler.transports.errors import Refused
from scheduler.worklist.ask_staff import ask_staff
from scheduler.worklist.models import StaffTask
from tests.factories import EMAIL, NOW, PHONE, a_person, at, book
from tests.messaging.carriers import Carrier, deliver_due, fresh

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def twilio(settings: Settings) -> None:
    """A carrier that reports what it delivered."""
    settings.SMS_TRANSPORT = "twilio"


@pytest.fixture
def visit(dana: Provider) -> Appointment:
    """Texts were agreed to when it was booked, mail since."""
    made = book(at("2026-11-24 14:00"), person=a_person(email_consent=False))
    agree("email", EMAIL)
    return made


def agree(channel: str, address: str, granted: bool = True) -> None:
    Consent.objects.create(channel=channel, address=address, granted=granted, source="desk", at=NOW)


def sent(visit: Appointment, kind: str = "confirmation", *, now: datetime = NOW) -> Message:
    """The text of this kind, taken by the carrier."""
    visit.messages.filter(due_at__lt=now).delete()
    deliver_due(Carrier(), now=now)
    return visit.messages.get(kind=kind, channel="sms")


def tell(message: Message, event: str, code: str = "", *, now: datetime = NOW) -> None:
    record_delivery(message.public_id.hex, message.sid, event, code, now=now)


def by_mail(visit: Appointment, kind: str = "confirmation") -> list[str]:
    found = visit.messages.filter(kind=kind, channel="email")
    return list(found.values_list("status", flat=True))


def tasks() -> list[tuple[str, str]]:
    return list(StaffTask.objects.filter(done_at=None).values_list("kind", "note"))


class TestForGood:
    @pytest.mark.parametrize("code", ["30005", "30006", "99999"])
    def test_undelivered_goes_by_mail_and_asks_nobody(self, visit: Appointment, code: str) -> None:
        tell(sent(visit), "undelivered", code)
        assert by_mail(visit) == ["planned"]
        assert tasks() == []
        carrier = Carrier()
        deliver_due(carrier, now=NOW, channel="email")
        assert [one.to for one in carrier.sent] == [EMAIL]

    def test_refused_goes_by_mail_at_once(self, visit: Appointment) -> None:
        deliver_due(Carrier(Refused("21614")), now=NOW)
        assert by_mail(visit) == ["planned"]
        assert BadAddress.objects.get().code == "21614"

    def test_a_mail_that_is_refused_goes_by_text(self, dana: Provider) -> None:
        visit = book(at("2026-11-24 14:00"), person=a_person(sms_consent=False))
        agree("sms", PHONE)
        deliver_due(Carrier(Refused("smtp-550")), now=NOW, channel="email")
        (text,) = visit.messages.filter(channel="sms", kind="confirmation")
        assert (text.to, text.status) == (PHONE, "planned")

    def test_goes_only_while_it_is_of_use(self, visit: Appointment) -> None:
        text = sent(visit)
        tell(text, "undelivered", "30006", now=text.expires_at)
        assert by_mail(visit) == []
        assert tasks() == [("message", "30006")]

    def test_of_the_account_goes_by_mail_and_alarms(self, visit: Appointment) -> None:
        tell(sent(visit), "failed", "30034")
        assert by_mail(visit) == ["planned"]
        assert tasks() == [("configuration", "30034")]

    def test_that_will_be_tried_again_waits(self, visit: Appointment) -> None:
        tell(sent(visit), "undelivered", "30003")
        assert by_mail(visit) == []

    def test_both_ways_ends_with_staff(self, visit: Appointment) -> None:
        tell(sent(visit), "undelivered", "30006")
        deliver_due(Carrier(Refused("smtp-550")), now=NOW, channel="email")
        assert tasks() == [("message", "smtp-550")]
        assert visit.messages.filter(kind="confirmation").count() == 2

    def test_is_true_of_the_receipt_of_a_request(self, dana: Provider) -> None:
        asked = request_contact(
            ContactRequest(name="Ana", phone=PHONE, email=EMAIL), network="", now=NOW
        )
        deliver_due(Carrier(Refused("smtp-550")), now=NOW, channel="email")
        assert {one.to for one in asked.messages.all()} == {EMAIL, PHONE}


class TestNobodyElseIsWrittenTo:
    def failed(self, visit: Appointment) -> None:
        tell(sent(visit), "undelivered", "30006")
        assert by_mail(visit) == []
        assert tasks() == [("message", "30006")]

    def test_without_consent(self, visit: Appointment) -> None:
        agree("email", EMAIL, granted=False)
        self.failed(visit)

    def test_after_an_opt_out(self, visit: Appointment) -> None:
        opt_out("email", EMAIL, source="link", now=NOW)
        self.failed(visit)

    def test_at_an_address_that_is_dead(self, visit: Appointment) -> None:
        BadAddress.objects.create(channel="email", address=EMAIL, code="smtp-550", at=NOW)
        self.failed(visit)

    def test_by_a_channel_that_is_off(self, visit: Appointment, settings: Settings) -> None:
        settings.EMAIL_TRANSPORT = "off"
        self.failed(visit)

    def test_who_has_no_other_address(self, dana: Provider) -> None:
        visit = book(at("2026-11-24 14:00"), person=a_person(email=""))
        self.failed(visit)

    def test_who_was_told_that_way_already(self, dana: Provider) -> None:
        visit = book(at("2026-11-24 14:00"))
        tell(sent(visit), "undelivered", "30006")
        assert by_mail(visit) == ["planned"]
        assert tasks() == [("message", "30006")]

    def test_instead_of_an_answer_to_a_text(self, visit: Appointment) -> None:
        receive("SM9", PHONE, "is there parking?", now=NOW)
        deliver_due(Carrier(Refused("30006")), now=NOW)
        assert Message.objects.filter(channel="email").exclude(kind="confirmation").count() == 0


class TestNoWordInTime:
    def test_goes_by_mail_once(self, visit: Appointment) -> None:
        sent(visit)
        assert fall_back_late(now=NOW + 10 * MINUTE - timedelta(seconds=1)) == 0
        assert [fall_back_late(now=NOW + 10 * MINUTE) for _ in range(3)] == [1, 0, 0]
        assert by_mail(visit) == ["planned"]
        assert tasks() == []

    def test_is_no_matter_once_it_arrived(self, visit: Appointment) -> None:
        tell(sent(visit), "delivered")
        assert fall_back_late(now=NOW + 10 * MINUTE) == 0

    def test_of_a_reminder_leaves_time_to_read_the_mail(self, visit: Appointment) -> None:
        noon = at("2026-11-24 12:00")
        sent(visit, "reminder-2-hours", now=noon)
        assert fall_back_late(now=noon + 44 * MINUTE) == 0
        assert fall_back_late(now=noon + 45 * MINUTE) == 1
        assert by_mail(visit, "reminder-2-hours") == ["planned"]

    def test_of_the_day_before_waits_two_hours(self, visit: Appointment) -> None:
        morning = at("2026-11-23 10:00")
        sent(visit, "reminder-1-day", now=morning)
        assert fall_back_late(now=morning + 119 * MINUTE) == 0
        assert fall_back_late(now=morning + 120 * MINUTE) == 1

    def test_and_then_word_that_it_failed_sends_no_second_mail(self, visit: Appointment) -> None:
        text = sent(visit)
        fall_back_late(now=NOW + 10 * MINUTE)
        tell(text, "undelivered", "30006", now=NOW + 11 * MINUTE)
        assert by_mail(visit) == ["planned"]

    def test_is_said_though_our_sign_in_was_a_task_of_that_text(self, visit: Appointment) -> None:
        ask_staff(StaffTask.Kind.CONFIGURATION, message=sent(visit), note="20003", now=NOW)
        assert fall_back_late(now=NOW + 10 * MINUTE) == 1

    def test_says_nothing_where_no_carrier_reports(
        self, visit: Appointment, settings: Settings
    ) -> None:
        settings.SMS_TRANSPORT = "outbox"
        sent(visit)
        assert fall_back_late(now=NOW + 10 * MINUTE) == 0

    def test_asks_staff_once_where_nobody_agreed_to_mail(self, dana: Provider) -> None:
        visit = book(at("2026-11-24 14:00"), person=a_person(email_consent=False))
        text = sent(visit)
        tell(text, "sent")
        for _ in range(2):
            assert fall_back_late(now=NOW + 10 * MINUTE) == 0
        assert tasks() == [("message", NO_WORD)]
        tell(text, "delivered", now=NOW + 20 * MINUTE)
        assert tasks() == []

    def test_asks_nobody_while_the_carrier_is_silent_on_all(self, dana: Provider) -> None:
        sent(book(at("2026-11-24 14:00"), person=a_person(email_consent=False)))
        fall_back_late(now=NOW + 10 * MINUTE)
        assert not DeliveryEvent.objects.exists()
        assert tasks() == []

    def test_is_no_matter_after_a_day(self, visit: Appointment) -> None:
        sent(visit)
        assert fall_back_late(now=NOW + timedelta(days=1)) == 0


class TestARace:
    def test_of_two_that_fall_back_lets_one_through(self, visit: Appointment) -> None:
        text = sent(visit)
        stale = fresh(text)
        assert [fall_back(one, now=NOW) for one in (text, stale)] == [True, False]
        assert by_mail(visit) == ["planned"]


class TestTheTables:
    def test_every_channel_has_one_that_takes_over(self) -> None:
        assert {str(one) for one in TRAITS} == set(Channel.values)
        for channel, traits in TRAITS.items():
            assert traits.instead in TRAITS
            assert traits.instead != channel

    def test_every_kind_that_mail_knows_has_its_patience(self) -> None:
        by_both = {kind for kind, found in KINDS.items() if found.by_mail}
        # What was asked for at one address goes there.
        assert PATIENCE.keys() == by_both - {"links"}
        assert CANCELLED in PATIENCE

    def test_only_what_reports_is_missed(self, visit: Appointment) -> None:
        assert [channel for channel, traits in TRAITS.items() if traits.reports] == ["sms"]
        deliver_due(Carrier(), now=NOW, channel="email")
        visit.messages.filter(channel="sms").delete()
        assert fall_back_late(now=NOW + timedelta(hours=3)) == 0

    def test_addresses_come_in_the_tables_order(self, visit: Appointment) -> None:
        assert visit.contact is not None
        assert addresses_of(visit.contact) == [("sms", PHONE), ("email", EMAIL)]
