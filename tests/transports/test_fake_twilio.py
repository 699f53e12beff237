"""The fake is close enough to the real thing for Twilio's own client and validator."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from scheduler.embedded.process import wait_until
from tests.fakes.ledger import Ledger
from tests.fakes.twilio import Fail, FakeTwilio, Report, Reset

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


def send(twilio: FakeTwilio, *, message: str = "a", **form: str) -> requests.Response:
    """The bare request, whose answer the official client would hide."""
    url = f"{twilio.base_url}/2010-04-01/Accounts/{twilio.account_sid}/Messages.json"
    callback = f"http://127.0.0.1:1/status?message={message}"
    form = {"To": "+1419", "From": "+1", "Body": "Hi", "StatusCallback": callback} | form
    return requests.post(url, form, auth=(twilio.account_sid, twilio.auth_token), timeout=5)


class TestLedger:
    def test_knows_what_was_accepted_whatever_was_answered(self, twilio: FakeTwilio) -> None:
        twilio.script(
            Fail(500, 20500, accepted=True),
            Fail(500, 20500),
            Fail(429, 20429),
            Reset(accepted=True),
        )
        answers = [send(twilio, message=name).status_code for name in "abc"]
        with suppress(requests.ConnectionError):
            send(twilio, message="d")
        send(twilio, message="a")
        assert answers == [500, 500, 429]
        assert [entry.message_id for entry in twilio.ledger] == ["a", "d", "a"]
        assert twilio.ledger.twice() == {"a": 2}

    def test_counts_what_we_sent_and_not_what_came_in(self, twilio: FakeTwilio) -> None:
        twilio.receive("+14195550100", "1")
        assert len(twilio.ledger) == 0

    def test_is_read_by_another_process_from_its_file(self, tmp_path: Path) -> None:
        file = tmp_path / "ledger"
        with FakeTwilio(ledger=Ledger(file), clock=lambda: NOON) as twilio:
            send(twilio, message="a")
            assert list(Ledger.read(file)) == list(twilio.ledger)


class TestFaults:
    def test_says_how_long_to_wait_where_it_is_told_to(self, twilio: FakeTwilio) -> None:
        twilio.script(Fail(429, 20429, retry_after="7"), Fail(429, 20429))
        answers = [send(twilio).headers.get("Retry-After") for _ in range(2)]
        assert answers == ["7", None]

    def test_may_depend_on_the_text(self, twilio: FakeTwilio) -> None:
        twilio.meets = lambda form: Fail(500, 20500) if form["To"] == "+1" else None
        assert [send(twilio, To=to).status_code for to in ("+1", "+2")] == [500, 201]

    def test_its_list_may_trail_behind(self, twilio: FakeTwilio) -> None:
        twilio.lists_late = timedelta(seconds=30)
        send(twilio)
        assert client(twilio).messages.list() == []
        twilio.clock = lambda: NOON + timedelta(seconds=30)
        assert len(client(twilio).messages.list()) == 1

    def test_its_list_fails_by_itself(self, twilio: FakeTwilio) -> None:
        send(twilio)
        twilio.script_list(Fail(503))
        with pytest.raises(TwilioException):
            client(twilio).messages.list()
        assert len(client(twilio).messages.list()) == 1


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

    def test_callbacks_come_late_again_in_any_order_or_never(
        self, twilio: FakeTwilio, webhook: str
    ) -> None:
        twilio.reports = lambda text: (
            () if text.to == "+2" else (Report("sent", after=0.03), Report("delivered", times=2))
        )
        for to in ("+1", "+2"):
            send(twilio, To=to, StatusCallback=f"{webhook}/status?message=abc")
        assert wait_until(lambda: len(_Webhook.got) == 3, seconds=5, every=0.01)
        assert [form["MessageStatus"] for _, form, _ in _Webhook.got] == [
            "delivered",
            "delivered",
            "sent",
        ]
        assert [text.status for text in twilio.sent] == ["delivered", "queued"]
