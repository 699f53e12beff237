"""Mail through a mail service's API, with anymail's own backend against a fake HTTP peer."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from anymail.backends.postmark import EmailBackend as Postmark

from scheduler.transports.email import Email
from scheduler.transports.errors import Refused, Unknown
from tests.transports.factories import mail


class _Service(BaseHTTPRequestHandler):
    answer = (200, b"")
    headers_too: dict[str, str] = {}
    got: list[dict[str, object]] = []

    def do_POST(self) -> None:
        self.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        status, content = self.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        for name, value in self.headers_too.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


ACCEPTED = json.dumps({"ErrorCode": 0, "Message": "OK", "MessageID": "1", "To": "ana@example.org"})


@pytest.fixture
def service() -> Iterator[int]:
    _Service.got.clear()
    _Service.answer, _Service.headers_too = (200, ACCEPTED.encode()), {}
    server = HTTPServer(("127.0.0.1", 0), _Service)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def transport(port: int) -> Email:
    def connect() -> Postmark:
        return Postmark(server_token="t", api_url=f"http://127.0.0.1:{port}/", timeout=5)

    return Email(from_address="visits@example.org", connect=connect)


class TestMail:
    def test_carries_text_html_and_the_invitation_as_a_file(self, service: int) -> None:
        assert transport(service).send(mail()).sid == mail().message_id
        [sent] = _Service.got
        assert sent["Metadata"] == {"message_id": mail().message_id}
        assert (sent["To"], sent["TextBody"], sent["HtmlBody"]) == (
            "ana@example.org",
            mail().text,
            mail().html,
        )
        [attached] = json.loads(json.dumps(sent["Attachments"]))
        assert attached["Name"] == "appointment.ics"
        assert attached["ContentType"].startswith("text/calendar")


class TestAnswers:
    @pytest.mark.parametrize(
        ("status", "expected"), [(429, "smtp-421"), (401, "smtp-554"), (413, "smtp-554")]
    )
    def test_gives_a_refusal_in_smtps_words(self, service: int, status: int, expected: str) -> None:
        _Service.answer = (status, b"{}")
        with pytest.raises(Refused) as caught:
            transport(service).send(mail())
        assert caught.value.code == expected

    def test_says_how_long_it_asks_us_to_wait(self, service: int) -> None:
        _Service.answer, _Service.headers_too = (429, b"{}"), {"Retry-After": "7"}
        with pytest.raises(Refused) as caught:
            transport(service).send(mail())
        assert caught.value.retry_after == 7

    def test_says_that_the_address_is_bad(self, service: int) -> None:
        words = "inactive addresses: ana@example.org.\nInactive recipients bounced before."
        inactive = {"ErrorCode": 406, "Message": words}
        _Service.answer = (422, json.dumps(inactive).encode())
        with pytest.raises(Refused) as caught:
            transport(service).send(mail())
        assert caught.value.code == "smtp-550"

    @pytest.mark.parametrize("answer", [(500, b"{}"), (408, b"{}"), (200, b"not json")])
    def test_leaves_open_what_cannot_be_known(
        self, service: int, answer: tuple[int, bytes]
    ) -> None:
        _Service.answer = answer
        with pytest.raises(Unknown):
            transport(service).send(mail())

    def test_says_refused_when_nobody_listens(self) -> None:
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            with pytest.raises(Refused) as caught:
                transport(closed.getsockname()[1]).send(mail())
        assert caught.value.code == "refused"
