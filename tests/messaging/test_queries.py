"""What a delivery costs in SQL: one statement a claim, three a message, whatever it is about."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic
from scheduler.contact_requests.models import ContactRequest
from scheduler.contact_requests.request import request_contact
from scheduler.messaging.delivery.claim import claim_due
from scheduler.messaging.delivery.deliver import deliver
from scheduler.messaging.models import Message, SenderRate
from scheduler.replies.receive import receive
from tests.factories import NOW, PHONE, at, book, hold, make_clinic, make_provider
from tests.messaging.carriers import Carrier

# Outside of the tests' own transaction, where BEGIN and COMMIT would be seen.
pytestmark = pytest.mark.django_db(transaction=True)

READ_BEGIN_RECORD = ["SELECT", "UPDATE", "WITH"]


@pytest.fixture(autouse=True)
def _clinic() -> None:
    make_clinic()
    make_provider()


def statements(act: Callable[[], object]) -> list[str]:
    """The first word of each statement of `act`, in their order."""
    with CaptureQueriesContext(connection) as queries:
        act()
    return [query["sql"].split()[0] for query in queries]


class TestAClaim:
    @pytest.mark.parametrize("channel", ["sms", "email"])
    def test_is_one_statement_whatever_it_finds(self, channel: str) -> None:
        book()
        found: list[int] = []

        def claim() -> None:
            found.append(len(claim_due(channel, limit=10, now=at("2026-11-23 12:00"))))

        assert [statements(claim) for _ in range(2)] == [["WITH"], ["WITH"]]
        assert found == [3, 0]

    def test_is_one_at_the_senders_rate_too(self, settings: Settings) -> None:
        settings.SMS_TRANSPORT = "twilio"
        book()
        for known in (False, True):
            assert SenderRate.objects.exists() == known
            assert statements(lambda: claim_due("sms", limit=10, now=NOW)) == ["WITH"]


class TestAMessage:
    def cost(self, kind: str, channel: str = "sms") -> list[str]:
        """The statements that send the one message of this kind, the moment it is due."""
        message = Message.objects.get(kind=kind, channel=channel)
        Message.objects.exclude(pk=message.pk).delete()
        now = message.next_attempt_at
        (claim,) = claim_due(channel, limit=10, now=now)
        clinic, carrier = Clinic.objects.get(), Carrier()
        cost = statements(lambda: deliver(claim, {channel: carrier}, clinic, now=now))
        assert len(carrier.sent) == 1
        return cost

    @pytest.mark.parametrize("channel", ["sms", "email"])
    @pytest.mark.parametrize("kind", ["confirmation", "reminder-1-day"])
    def test_of_a_visit_is_read_begun_and_recorded(self, kind: str, channel: str) -> None:
        book()
        assert self.cost(kind, channel) == READ_BEGIN_RECORD

    def test_with_a_code_costs_no_more(self) -> None:
        hold()
        assert self.cost("code") == READ_BEGIN_RECORD

    def test_about_a_request_costs_no_more(self) -> None:
        request_contact(ContactRequest(name="Ana Ruiz", phone=PHONE), network="", now=NOW)
        assert self.cost("contact_received") == READ_BEGIN_RECORD

    def test_that_answers_a_text_costs_no_more(self) -> None:
        book()
        receive("SM1", PHONE, "1", now=NOW)
        assert self.cost("reply_confirmed") == READ_BEGIN_RECORD

    def test_that_calls_a_visit_off_reads_the_time_that_is_kept_instead(self) -> None:
        book()
        Message.objects.filter(kind="confirmation").update(kind="closed")
        Appointment.objects.update(status="cancelled")
        assert self.cost("closed") == ["SELECT", *READ_BEGIN_RECORD]
