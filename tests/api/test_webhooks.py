"""Twilio's webhooks: signed or refused, and what a signed text does."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from time_machine import Traveller

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.messaging.consent.opt_out import is_opted_out, opt_out
from scheduler.messaging.models import DeliveryEvent, Message, OptOut
from scheduler.replies.models import InboundText
from scheduler.transports.errors import Unknown
from scheduler.worklist.models import StaffTask
from tests.factories import NOW, PHONE, at, book, messages_of, somebody, token_in
from tests.fakes.twilio_webhooks import signature
from tests.messaging.carriers import Carrier, deliver_due
from tests.rows import row_counts

TOKEN = "the-token-of-our-account"
PUBLIC = "http://127.0.0.1:8000"
INBOUND = "/webhooks/twilio/inbound"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def account(settings: Settings) -> None:
    settings.TWILIO_AUTH_TOKEN = TOKEN


@pytest.fixture
def visit(dana: Provider) -> Appointment:
    return book()


def text_form(body: str, sid: str = "SM" + "1" * 32, sender: str = PHONE) -> dict[str, str]:
    return {"MessageSid": sid, "AccountSid": "AC0", "From": sender, "To": "+1", "Body": body}


def signed(
    client: Client,
    path: str,
    form: dict[str, str],
    *,
    over: str = PUBLIC,
    token: str = TOKEN,
    **extra: Any,
) -> int:
    """POST a form, signed over the public address; the status."""
    headers = {"X-Twilio-Signature": signature(token, over + path, form)}
    content = urlencode(form)
    return client.post(path, content, content_type=FORM, headers=headers, **extra).status_code


def text(client: Client, body: str, **form: str) -> int:
    return signed(client, INBOUND, text_form(body, **form))


def status_of(visit: Appointment) -> str:
    return Appointment.objects.get(pk=visit.pk).status


# BEGIN and COMMIT among them.
STATEMENTS_OF_A_CONFIRMATION = 11


def answers() -> list[str]:
    return list(Message.objects.exclude(inbound=None).order_by("pk").values_list("kind", flat=True))


class TestUnsigned:
    """Everything but a true signature over the public address is a 403, and does nothing."""

    @pytest.fixture(autouse=True)
    def nothing_happens(self, visit: Appointment) -> Any:
        before = row_counts()
        yield
        assert row_counts() == before

    def test_without_a_signature(self, client: Client) -> None:
        response = client.post(INBOUND, urlencode(text_form("1")), content_type=FORM)
        assert response.status_code == 403

    @pytest.mark.parametrize("forged", ["", "AAAA", "not base64 %%%", "ü"])
    def test_with_a_forged_one(self, client: Client, forged: str) -> None:
        response = client.post(
            INBOUND,
            urlencode(text_form("1")),
            content_type=FORM,
            headers={"X-Twilio-Signature": forged},
        )
        assert response.status_code == 403

    def test_with_another_accounts_token(self, client: Client) -> None:
        assert signed(client, INBOUND, text_form("1"), token="another") == 403

    def test_with_the_signature_of_another_body(self, client: Client) -> None:
        headers = {"X-Twilio-Signature": signature(TOKEN, PUBLIC + INBOUND, text_form("hello"))}
        response = client.post(
            INBOUND, urlencode(text_form("STOP")), content_type=FORM, headers=headers
        )
        assert response.status_code == 403

    def test_with_the_signature_of_another_address(self, client: Client) -> None:
        assert signed(client, INBOUND, text_form("1"), over="https://127.0.0.1:8000") == 403
        assert signed(client, INBOUND, text_form("1"), over="http://testserver") == 403

    def test_with_forwarded_headers_that_fit_a_forged_address(self, client: Client) -> None:
        forged = {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_HOST": "evil.example"}
        assert signed(client, INBOUND, text_form("1"), over="https://evil.example", **forged) == 403

    def test_with_another_query(self, client: Client) -> None:
        form = text_form("1")
        headers = {"X-Twilio-Signature": signature(TOKEN, PUBLIC + INBOUND, form)}
        response = client.post(
            f"{INBOUND}?x=1", urlencode(form), content_type=FORM, headers=headers
        )
        assert response.status_code == 403

    @pytest.mark.parametrize("form", [{}, text_form("1")])
    def test_with_a_json_body(self, client: Client, form: dict[str, str]) -> None:
        """The library checks form fields only: a JSON body could say anything."""
        headers = {"X-Twilio-Signature": signature(TOKEN, PUBLIC + INBOUND, form)}
        response = client.post(
            INBOUND,
            json.dumps(text_form("STOP")),
            content_type="application/json",
            headers=headers,
        )
        assert response.status_code == 403

    def test_with_a_multipart_body(self, client: Client) -> None:
        form = text_form("1")
        headers = {"X-Twilio-Signature": signature(TOKEN, PUBLIC + INBOUND, form)}
        assert client.post(INBOUND, form, headers=headers).status_code == 403

    def test_when_no_account_is_set_up(self, client: Client, settings: Settings) -> None:
        settings.TWILIO_AUTH_TOKEN = ""
        assert signed(client, INBOUND, text_form("1"), token="") == 403

    def test_for_delivery_statuses_too(self, client: Client, visit: Appointment) -> None:
        message = messages_of(visit)[0]
        path = f"/webhooks/twilio/status?message={message.public_id.hex}"
        form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
        assert signed(client, path, form, token="another") == 403
        other = path.replace(message.public_id.hex, "0" * 32)
        headers = {"X-Twilio-Signature": signature(TOKEN, PUBLIC + other, form)}
        response = client.post(path, urlencode(form), content_type=FORM, headers=headers)
        assert response.status_code == 403

    def test_by_get(self, client: Client) -> None:
        assert client.get(INBOUND).status_code == 405


class TestSignedButStrange:
    @pytest.mark.parametrize(
        "form",
        [
            {"MessageSid": "SM1"},
            {"From": PHONE},
            text_form("1", sid="SM/../1"),
            text_form("1", sid="S" * 65),
            text_form("1", sender="whatsapp:+1419"),
        ],
    )
    def test_is_a_400(self, client: Client, clinic: object, form: dict[str, str]) -> None:
        assert signed(client, INBOUND, form) == 400
        assert not InboundText.objects.exists()

    @pytest.mark.parametrize(
        "body", ["", "\x00", "🙂" * 800, "%00%ff", "ٱلسَّلَامُ", "'; drop table--"]
    )
    def test_texts_are_stored(self, client: Client, clinic: object, body: str) -> None:
        assert text(client, body) == 200
        assert InboundText.objects.get().acted_at == NOW


class TestATextAboutAVisit:
    def test_1_confirms(self, client: Client, visit: Appointment, nudges: list[str]) -> None:
        assert text(client, "1") == 200
        assert status_of(visit) == "confirmed"
        assert answers() == ["reply_confirmed"]
        assert nudges == ["webhooks.twilio"]

    def test_1_costs_few_statements(self, client: Client, visit: Appointment) -> None:
        with CaptureQueriesContext(connection) as queries:
            assert text(client, "1") == 200
        assert len(queries) <= STATEMENTS_OF_A_CONFIRMATION

    def test_1_is_answered_with_an_empty_response(self, client: Client, visit: Appointment) -> None:
        form = text_form("1")
        headers = {"X-Twilio-Signature": signature(TOKEN, PUBLIC + INBOUND, form)}
        response = client.post(INBOUND, urlencode(form), content_type=FORM, headers=headers)
        assert response.headers["Content-Type"] == "text/xml"
        assert response.content.endswith(b"<Response></Response>")

    def test_2_is_answered_with_the_link_to_change(
        self, client: Client, visit: Appointment
    ) -> None:
        text(client, "2")
        Message.objects.filter(inbound=None).delete()
        carrier = Carrier()
        deliver_due(carrier, now=NOW)
        assert f"/a/{token_in(Message.objects.get())}" in carrier.sent[0].text

    def test_from_a_number_of_two_visits_acts_on_none(
        self, client: Client, visit: Appointment
    ) -> None:
        other = book(at("2026-12-01 10:00"), person=somebody(1, phone=PHONE))
        text(client, "1")
        assert [status_of(visit), status_of(other)] == ["booked", "booked"]
        assert answers() == ["reply_ambiguous"]

    def test_of_two_visits_the_one_that_was_just_asked_about_is_meant(
        self, client: Client, visit: Appointment
    ) -> None:
        other = book(at("2026-12-01 10:00"), person=somebody(1, phone=PHONE))
        Message.objects.filter(appointment=other, channel="sms").update(
            accepted_at=NOW - timedelta(days=3)
        )
        asked = Message.objects.filter(appointment=visit, channel="sms").order_by("due_at")
        Message.objects.filter(pk=asked[0].pk).update(accepted_at=NOW - timedelta(hours=1))
        text(client, "1")
        assert [status_of(visit), status_of(other)] == ["confirmed", "booked"]

    def test_every_one_that_is_ambiguous_gets_an_answer(
        self, client: Client, visit: Appointment
    ) -> None:
        book(at("2026-12-01 10:00"), person=somebody(1, phone=PHONE))
        text(client, "1", sid="SM1")
        text(client, "2", sid="SM2")
        assert answers() == ["reply_ambiguous", "reply_ambiguous"]

    def test_the_same_sid_twice_acts_once(self, client: Client, visit: Appointment) -> None:
        assert [text(client, "2") for _ in range(3)] == [200, 200, 200]
        assert answers() == ["reply_change"]


class TestATextAboutTexts:
    def test_stop_opts_the_number_out(self, client: Client, visit: Appointment) -> None:
        text(client, "STOP")
        assert is_opted_out("sms", PHONE)
        planned = Message.objects.filter(channel="sms", status="planned")
        assert not planned.exists()
        assert answers() == []

    def test_start_lifts_it(self, client: Client, visit: Appointment) -> None:
        opt_out("sms", PHONE, source="text", now=NOW)
        text(client, "START")
        assert not is_opted_out("sms", PHONE)

    def test_cancel_opts_out_and_asks_staff(self, client: Client, visit: Appointment) -> None:
        text(client, "CANCEL")
        assert is_opted_out("sms", PHONE)
        assert status_of(visit) == "booked"
        task = StaffTask.objects.get()
        assert (task.kind, task.urgent) == ("cancel-meant", True)

    def test_what_twilio_answered_itself_is_not_answered_twice(
        self, client: Client, visit: Appointment
    ) -> None:
        signed(client, INBOUND, {**text_form("HELP"), "OptOutType": "HELP"})
        assert answers() == []

    def test_anything_else_is_answered_once_a_day(
        self, client: Client, visit: Appointment, clock: Traveller
    ) -> None:
        for number in range(3):
            text(client, "is there parking?", sid=f"SM{number}")
        clock.move_to(at("2026-11-17 10:00"))
        text(client, "is there parking?", sid="SM9")
        assert answers() == ["reply_unknown", "reply_unknown"]
        assert StaffTask.objects.filter(kind="reply").count() == 4
        assert not OptOut.objects.exists()


class TestAStatus:
    def tell(self, client: Client, message: Message, status: str, **more: str) -> int:
        path = f"/webhooks/twilio/status?message={message.public_id.hex}"
        return signed(client, path, {"MessageSid": "SM001", "MessageStatus": status, **more})

    @pytest.fixture
    def sent(self, visit: Appointment) -> Message:
        deliver_due(Carrier(), now=NOW)
        return messages_of(visit, kind="confirmation", channel="sms")[0]

    def test_is_recorded(self, client: Client, sent: Message) -> None:
        assert [self.tell(client, sent, one) for one in ("delivered", "sent")] == [204, 204]
        assert Message.objects.get(pk=sent.pk).status == "delivered"

    def test_brings_its_error(self, client: Client, sent: Message) -> None:
        self.tell(client, sent, "undelivered", ErrorCode="30005")
        failed = Message.objects.get(pk=sent.pk)
        assert (failed.status, failed.error_code) == ("undelivered", "30005")

    def test_settles_a_text_of_which_no_sid_is_known(
        self, client: Client, visit: Appointment
    ) -> None:
        """Twilio took it and we never heard: the address of the callback carries our id."""
        deliver_due(Carrier(Unknown("timeout")), now=NOW)
        [doubtful] = messages_of(visit, kind="confirmation", channel="sms")
        assert (doubtful.status, doubtful.sid) == ("uncertain", "")
        self.tell(client, doubtful, "sent")
        doubtful.refresh_from_db()
        assert (doubtful.status, doubtful.sid) == ("accepted", "SM001")
        assert doubtful.look_up_at is None

    def test_of_an_unknown_message_is_taken_and_forgotten(
        self, client: Client, sent: Message
    ) -> None:
        path = f"/webhooks/twilio/status?message={'0' * 32}"
        form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
        assert signed(client, path, form) == 204
        assert not DeliveryEvent.objects.exists()

    @pytest.mark.parametrize("query", ["", "?message=", "?message=1", "?message=" + "G" * 32])
    def test_without_our_id_is_a_400(self, client: Client, sent: Message, query: str) -> None:
        form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
        assert signed(client, f"/webhooks/twilio/status{query}", form) == 400
