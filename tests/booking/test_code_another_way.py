"""A code that can't reach its number comes by mail, where its address agreed to that."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from scheduler.booking.holds.code_another_way import codes_another_way
from scheduler.booking.holds.verify import verify
from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.messaging.consent.opt_out import opt_out
from scheduler.messaging.delivery.record import record_delivery
from scheduler.messaging.models import Consent, Message
from scheduler.transports.errors import Refused, TransportError, Unknown
from scheduler.worklist.models import StaffTask
from tests.factories import EMAIL, NOW, PHONE, a_person, code_of, hold
from tests.messaging.carriers import Carrier, deliver_due, fresh

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def twilio(settings: Settings) -> None:
    settings.SMS_TRANSPORT = "twilio"


@pytest.fixture
def held(dana: Provider) -> Appointment:
    return hold()


def codes(held: Appointment) -> list[tuple[str, str]]:
    return list(held.messages.order_by("pk").values_list("channel", "status"))


def refused(code: str) -> None:
    deliver_due(Carrier(Refused(code)), now=NOW)


class TestALostCode:
    def test_that_was_refused_is_sent_by_mail(self, held: Appointment) -> None:
        refused("21614")
        assert [codes_another_way(now=NOW + MINUTE) for _ in range(2)] == [1, 0]
        assert codes(held) == [("sms", "failed"), ("email", "planned")]
        assert not StaffTask.objects.filter(done_at=None).exists()

    def test_proves_the_mail_address_and_not_the_number(self, held: Appointment) -> None:
        refused("21614")
        codes_another_way(now=NOW + MINUTE)
        held.refresh_from_db()
        verify(held.pk, code_of(held), now=NOW + 2 * MINUTE)
        said = dict(Consent.objects.values_list("address", "source"))
        assert said[PHONE].endswith("not proven")
        assert not said[EMAIL].endswith("not proven")

    def test_of_which_no_word_came_in_time(self, held: Appointment) -> None:
        deliver_due(Carrier(), now=NOW)
        assert codes_another_way(now=NOW + 3 * MINUTE - timedelta(seconds=1)) == 0
        assert codes_another_way(now=NOW + 3 * MINUTE) == 1

    @pytest.mark.parametrize("error", [Refused("refused"), Unknown("timeout")])
    def test_that_waits_or_may_have_left_while_the_carrier_fails(
        self, held: Appointment, error: TransportError
    ) -> None:
        deliver_due(Carrier(error), now=NOW)
        assert codes_another_way(now=NOW + 3 * MINUTE - timedelta(seconds=1)) == 0
        assert codes_another_way(now=NOW + 3 * MINUTE) == 1
        deliver_due(Carrier(), now=NOW + 5 * MINUTE)
        assert codes(held)[0] != ("sms", "accepted")

    def test_that_waits_for_a_worker_goes_no_other_way(self, held: Appointment) -> None:
        assert codes_another_way(now=NOW + 3 * MINUTE) == 0

    def test_that_arrived_is_not_sent_again(self, held: Appointment) -> None:
        deliver_due(Carrier(), now=NOW)
        text = fresh(held.messages.get())
        record_delivery(text.public_id.hex, text.sid, "delivered", "", now=NOW + MINUTE)
        assert codes_another_way(now=NOW + 3 * MINUTE) == 0

    def test_is_left_where_no_carrier_reports(self, held: Appointment, settings: Settings) -> None:
        settings.SMS_TRANSPORT = "outbox"
        deliver_due(Carrier(), now=NOW)
        assert codes_another_way(now=NOW + 3 * MINUTE) == 0


class TestIsNotForEverybody:
    def test_without_consent_to_mail(self, dana: Provider) -> None:
        held = hold(person=a_person(email_consent=False))
        refused("21614")
        assert codes_another_way(now=NOW + MINUTE) == 0
        assert codes(held) == [("sms", "failed")]

    @pytest.mark.parametrize("when", ["before", "at the carrier"])
    def test_a_number_that_opted_out_tells_a_stranger_nothing(
        self, held: Appointment, when: str
    ) -> None:
        if when == "before":
            opt_out("sms", PHONE, source="text", now=NOW)
        refused("21610")
        assert codes_another_way(now=NOW + MINUTE) == 0

    def test_a_hold_that_ran_out(self, held: Appointment) -> None:
        refused("21614")
        assert codes_another_way(now=NOW + 15 * MINUTE) == 0

    def test_so_soon_after_the_first(self, held: Appointment) -> None:
        refused("21614")
        assert codes_another_way(now=NOW + timedelta(seconds=20)) == 0
        assert Message.objects.count() == 1

    def test_the_third_code_of_a_hold_is_the_last(self, held: Appointment) -> None:
        Appointment.objects.filter(pk=held.pk).update(code_number=3)
        Message.objects.update(sequence=3)
        refused("21614")
        assert codes_another_way(now=NOW + MINUTE) == 0
