"""What mail services tell of our mails: proven by a password, and what each piece of news does."""

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.messaging.consent.opt_out import is_opted_out
from scheduler.messaging.models import BadAddress, DeliveryEvent, Message
from scheduler.worklist.models import StaffTask
from tests.factories import EMAIL, NOW, book
from tests.messaging.carriers import Carrier, deliver_due, fresh

SECRET = "mail:a-long-password"
POSTMARK = "/webhooks/mail/postmark"


@pytest.fixture(autouse=True)
def secret(settings: Settings) -> None:
    settings.MAIL_WEBHOOK_SECRET = SECRET


@pytest.fixture
def mail(dana: Provider) -> Message:
    """A confirmation that the mail service took."""
    visit = book()
    deliver_due(Carrier(), now=NOW, channel="email")
    return visit.messages.get(kind="confirmation", channel="email")


def tell(client: Client, events: Any, path: str = POSTMARK, password: str = SECRET) -> int:
    headers = {"Authorization": f"Basic {b64encode(password.encode()).decode()}"}
    content = events if isinstance(events, str) else json.dumps(events)
    return client.post(path, content, content_type="application/json", headers=headers).status_code


def postmark(mail: Message, record: str, **fields: Any) -> dict[str, Any]:
    """An event as Postmark sends it, with what we gave it for the mail."""
    metadata = {"message_id": mail.public_id.hex}
    return {"RecordType": record, "Email": mail.to, "Metadata": metadata, **fields}


def bounce(mail: Message, kind: str = "HardBounce", **fields: Any) -> dict[str, Any]:
    return postmark(mail, "Bounce", Type=kind, ID=42, **fields)


class TestTheDoor:
    @pytest.mark.parametrize("password", ["mail:wrong", "", "mail"])
    def test_is_shut_without_the_password(
        self, client: Client, mail: Message, password: str
    ) -> None:
        assert tell(client, bounce(mail), password=password) == 403
        assert not BadAddress.objects.exists()

    def test_is_shut_where_no_password_is_set(
        self, client: Client, mail: Message, settings: Settings
    ) -> None:
        settings.MAIL_WEBHOOK_SECRET = ""
        assert tell(client, bounce(mail)) == 403
        assert not BadAddress.objects.exists()

    @pytest.mark.parametrize("content", ["", "{", "[]", "7", '"x"', "null", '{"RecordType": []}'])
    def test_takes_no_nonsense(self, client: Client, mail: Message, content: str) -> None:
        assert tell(client, content) in {204, 400}
        assert not DeliveryEvent.objects.exists()

    def test_is_no_page(self, client: Client, clinic: object) -> None:
        assert client.get(POSTMARK).status_code == 405
        assert tell(client, {}, path="/webhooks/mail/nobody") == 404


class TestABounce:
    def test_marks_the_address_and_is_left_to_staff(self, client: Client, mail: Message) -> None:
        assert tell(client, bounce(mail)) == 204
        assert (fresh(mail).status, fresh(mail).error_code) == ("undelivered", "smtp-550")
        assert BadAddress.objects.get().address == EMAIL
        assert StaffTask.objects.get().kind == StaffTask.Kind.MESSAGE

    def test_twice_is_once(self, client: Client, mail: Message) -> None:
        for _ in range(2):
            tell(client, bounce(mail))
        assert (BadAddress.objects.count(), StaffTask.objects.count()) == (1, 1)

    def test_that_comes_after_all_marks_the_address_too(
        self, client: Client, mail: Message
    ) -> None:
        tell(client, postmark(mail, "Delivery"))
        tell(client, bounce(mail))
        assert fresh(mail).status == "delivered"
        assert BadAddress.objects.get().address == EMAIL
        assert StaffTask.objects.get().message == mail

    def test_keeps_back_what_is_still_to_come(self, client: Client, mail: Message) -> None:
        tell(client, bounce(mail))
        reminder = mail.appointment.messages.get(kind="reminder-1-day", channel="email")  # type: ignore[union-attr]
        carrier = Carrier()
        assert "accepted" not in deliver_due(carrier, now=reminder.due_at, channel="email")
        assert fresh(reminder).reason == "bad-address"

    @pytest.mark.parametrize(
        "soft",
        [
            {"kind": "SoftBounce"},
            {"Details": "smtp;550 5.2.2 mailbox full"},
            {"Details": "smtp;550 5.7.1 blocked by policy"},
        ],
    )
    def test_of_a_full_mailbox_says_nothing_against_the_address(
        self, client: Client, mail: Message, soft: dict[str, str]
    ) -> None:
        tell(client, bounce(mail, **soft))
        assert fresh(mail).status == "failed"
        assert not BadAddress.objects.exists()
        assert StaffTask.objects.get().message == mail

    def test_is_found_by_its_address_where_the_service_lost_our_name(
        self, client: Client, mail: Message
    ) -> None:
        tell(client, bounce(mail) | {"Metadata": {}})
        assert fresh(mail).status == "undelivered"

    def test_of_a_mail_that_is_not_ours_does_nothing(self, client: Client, mail: Message) -> None:
        stranger = bounce(mail) | {"Metadata": {}, "Email": "boss@example.org"}
        forged = bounce(mail) | {"Metadata": {"message_id": "0" * 32}}
        odd = bounce(mail) | {"Metadata": {"message_id": "x"}}
        for event in (stranger, forged, odd):
            assert tell(client, event) == 204
        assert not BadAddress.objects.exists()
        assert fresh(mail).status == "accepted"


class TestAComplaint:
    def test_is_an_opt_out_of_mail_and_a_task(self, client: Client, mail: Message) -> None:
        for _ in range(2):
            assert tell(client, postmark(mail, "SpamComplaint", Type="SpamComplaint")) == 204
        assert is_opted_out("email", EMAIL)
        assert not is_opted_out("sms", mail.appointment.contact.phone)  # type: ignore[union-attr]
        assert StaffTask.objects.get().kind == StaffTask.Kind.COMPLAINT
        owed = mail.appointment.messages.filter(channel="email", status="planned")  # type: ignore[union-attr]
        assert not owed.exists()

    def test_to_unsubscribe_at_the_service_is_an_opt_out(
        self, client: Client, mail: Message
    ) -> None:
        reason = {"SuppressSending": True, "SuppressionReason": "ManualSuppression"}
        tell(client, postmark(mail, "SubscriptionChange", **reason))
        assert is_opted_out("email", EMAIL)
        assert not StaffTask.objects.exists()


class TestADelivery:
    def test_is_known(self, client: Client, mail: Message) -> None:
        tell(client, postmark(mail, "Delivery"))
        assert fresh(mail).status == "delivered"

    @pytest.mark.parametrize("record", ["Open", "Click"])
    def test_nobody_is_watched(self, client: Client, mail: Message, record: str) -> None:
        tell(client, postmark(mail, record))
        assert fresh(mail).status == "accepted"
        assert not DeliveryEvent.objects.exists()


def _brevo(mail: Message) -> Any:
    custom = json.dumps({"message_id": mail.public_id.hex})
    return {"event": "hard_bounce", "email": mail.to, "ts_event": 1, "X-Mailin-custom": custom}


def _mailjet(mail: Message) -> Any:
    payload = json.dumps({"message_id": mail.public_id.hex})
    return {"event": "bounce", "email": mail.to, "time": 1, "hard_bounce": True,
            "error": "user unknown", "Payload": payload}  # fmt: skip


def _sparkpost(mail: Message) -> Any:
    event = {"type": "bounce", "raw_rcpt_to": mail.to, "timestamp": "1", "bounce_class": "10",
             "rcpt_meta": {"message_id": mail.public_id.hex}}  # fmt: skip
    return [{"msys": {"message_event": event}}]


class TestEachService:
    @pytest.mark.parametrize(
        ("service", "events"),
        [
            ("brevo", _brevo),
            ("mailjet", _mailjet),
            ("sparkpost", _sparkpost),
        ],
    )
    def test_tells_of_a_bounce(
        self, client: Client, mail: Message, service: str, events: Callable[[Message], Any]
    ) -> None:
        assert tell(client, events(mail), path=f"/webhooks/mail/{service}") == 204
        assert fresh(mail).status == "undelivered"
        assert BadAddress.objects.get().address == EMAIL


def test_an_uncertain_mail_is_settled_by_what_the_service_tells(
    client: Client, dana: Provider
) -> None:
    visit: Appointment = book()
    mail = visit.messages.get(kind="confirmation", channel="email")
    Message.objects.filter(pk=mail.pk).update(
        status="uncertain", attempts=1, sending_at=NOW, settled_at=NOW
    )
    tell(client, postmark(mail, "Delivery"))
    assert fresh(mail).status == "delivered"
