"""The fake is close enough to the real thing for Twilio's own client and validator."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.fakes.twilio import FakeTwilio

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Redirected(TwilioHttpClient):  # type: ignore[misc]  # it has no types
    def __init__(self, base: str) -> None:
        super().__init__(timeout=5)
        self.base = base

    def request(self, method: str, url: str, *args: object, **kwargs: object) -> Response:
        there = url.replace("https://api.twilio.com", self.base)
        return super().request(method, there, *args, **kwargs)


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio(clock=lambda: NOON) as fake:
        yield fake


def client(twilio: FakeTwilio, *, token: str = "") -> Client:
    return Client(
        twilio.account_sid, token or twilio.auth_token, http_client=Redirected(twilio.base_url)
    )


class TestMessages:
    def test_the_official_client_reads_what_it_created(self, twilio: FakeTwilio) -> None:
        created = client(twilio).messages.create(to="+14195550100", from_=twilio.number, body="Hi")
        assert (created.status, created.direction) == ("queued", "outbound-api")
        assert created.date_created == NOON

    def test_refuses_wrong_credentials(self, twilio: FakeTwilio) -> None:
        with pytest.raises(TwilioRestException) as caught:
            client(twilio, token="wrong").messages.create(to="+1", from_="+1", body="Hi")
        assert (caught.value.status, caught.value.code) == (401, 20003)

    @pytest.mark.parametrize(("day", "count"), [(NOON, 1), (NOON - timedelta(days=1), 0)])
    def test_lists_by_number_and_day(self, twilio: FakeTwilio, day: datetime, count: int) -> None:
        messages = client(twilio).messages
        for number in ("+14195550100", "+14195550101"):
            messages.create(to=number, from_=twilio.number, body="Hi")
        assert len(messages.list(to="+14195550100", date_sent=day)) == count

    def test_lists_since_an_instant_and_page_by_page(self, twilio: FakeTwilio) -> None:
        messages = client(twilio).messages
        for _ in range(5):
            messages.create(to="+14195550100", from_=twilio.number, body="Hi")
        since = NOON - timedelta(hours=1)
        assert len(messages.list(date_sent_after=since, page_size=2)) == 5
        assert messages.list(date_sent_after=NOON + timedelta(hours=1)) == []


class _Webhook(BaseHTTPRequestHandler):
    got: list[tuple[str, dict[str, str], str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = dict(parse_qsl(body, keep_blank_values=True))
        self.got.append((self.path, form, self.headers["X-Twilio-Signature"]))
        self.send_response(403 if form.get("Body") == "refuse me" else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def webhook() -> Iterator[str]:
    _Webhook.got.clear()
    server = HTTPServer(("127.0.0.1", 0), _Webhook)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class TestWebhooks:
    def test_an_incoming_text_is_signed_and_listed(self, twilio: FakeTwilio, webhook: str) -> None:
        text = twilio.receive("+14195550100", "1")
        url = f"{webhook}/webhooks/twilio/inbound"
        assert twilio.post_inbound(url, text).status == 200
        [(_, form, signature)] = _Webhook.got
        assert (form["Body"], form["MessageSid"]) == ("1", text.sid)
        assert RequestValidator(twilio.auth_token).validate(url, form, signature)
        assert [m.sid for m in client(twilio).messages.list(to=twilio.number)] == [text.sid]

    def test_a_status_goes_to_the_callback_of_the_text(
        self, twilio: FakeTwilio, webhook: str
    ) -> None:
        url = f"{webhook}/webhooks/twilio/status?message=abc"
        client(twilio).messages.create(
            to="+14195550100", from_=twilio.number, body="Hi", status_callback=url
        )
        [text] = twilio.sent
        twilio.post_status(text, "undelivered", 30003)
        [(path, form, signature)] = _Webhook.got
        assert path.endswith("?message=abc")
        assert (form["MessageStatus"], form["ErrorCode"]) == ("undelivered", "30003")
        assert RequestValidator(twilio.auth_token).validate(url, form, signature)
        assert text.message_id == "abc"

    def test_a_refusal_is_an_answer(self, twilio: FakeTwilio, webhook: str) -> None:
        assert twilio.post_inbound(webhook, twilio.receive("+1", "refuse me")).status == 403
