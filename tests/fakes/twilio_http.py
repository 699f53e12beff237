"""The HTTP side of the fake Twilio."""

from __future__ import annotations

import base64
import json
import socket
import struct
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from tests.fakes import twilio_steps as steps
from tests.fakes.twilio_records import API, Text, listed, matching, problem

if TYPE_CHECKING:
    from tests.fakes.twilio import FakeTwilio


class Server(ThreadingHTTPServer):
    """Listens on loopback; port 0 takes a free one."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, twilio: FakeTwilio) -> None:
        self.twilio = twilio
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers may leave before the answer: that is what some tests are about."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """POST creates a message, GET lists them; both ask for the account's credentials."""

    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        """A new connection."""
        super().setup()
        self.server.twilio.connections += 1

    def do_POST(self) -> None:
        """Create a message, or whatever the script says."""
        length = int(self.headers.get("Content-Length", 0))
        form = dict(parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))
        refusal = self._refusal() or _faults(form)
        if refusal:
            self._answer(refusal["status"], refusal)
            return
        self._meet_step(form)

    def do_GET(self) -> None:
        """A page of the list of messages, or the numbers of a messaging service."""
        if urlsplit(self.path).path.startswith("/v1/Services/"):
            numbers = [{"phone_number": self.server.twilio.number, "sid": "PN" + "0" * 32}]
            self._answer(200, {"phone_numbers": numbers, "meta": {"key": "phone_numbers"}})
            return
        refusal = self._refusal()
        if refusal:
            self._answer(refusal["status"], refusal)
            return
        if not self._may_list():
            return
        twilio = self.server.twilio
        query = dict(parse_qsl(urlsplit(self.path).query))
        size, page = int(query.get("PageSize", 50)), int(query.get("Page", 0))
        texts = listed(list(twilio.texts), late=twilio.lists_late, now=twilio.clock())
        found = matching(texts, query)
        shown = found[page * size : (page + 1) * size]
        more = (page + 1) * size < len(found)
        following = f"{_without_page(self.path)}Page={page + 1}" if more else None
        self._answer(
            200,
            {
                "messages": [text.as_json() for text in shown],
                "page": page,
                "page_size": size,
                "start": page * size,
                "end": page * size + max(len(shown) - 1, 0),
                "uri": self.path,
                "first_page_uri": self.path,
                "previous_page_uri": None,
                "next_page_uri": following,
            },
        )

    def log_message(self, *_: object) -> None:
        """Say nothing: a test's output is its own."""

    def _meet_step(self, form: dict[str, str]) -> None:
        match self.server.twilio.next_step(form):
            case steps.Fail(status=status, code=code) as failure:
                if failure.accepted:
                    self._accept(form)
                # Twilio's words name the number too: whoever logs them leaks it.
                words = f"The 'To' number {form['To']} was refused."
                self._answer(status, problem(status, code, words), failure.retry_after)
            case steps.Hang(accepted=accepted):
                if accepted:
                    self._accept(form)
                self.server.twilio.released.wait()
                self._reset()
            case steps.Reset(accepted=accepted):
                if accepted:
                    self._accept(form)
                self._reset()
            case steps.Wait(seconds=seconds):
                text = self._accept(form)
                time.sleep(seconds)
                self._answer(201, text.as_json())
            case steps.Garbled():
                self._accept(form)
                self._write(201, b"<html>not what you asked for</html>")
            case _:
                self._answer(201, self._accept(form).as_json())

    def _may_list(self) -> bool:
        """Whether the list is to be shown; else its script was followed."""
        match self.server.twilio.next_list_step():
            case None:
                return True
            case steps.Fail(status=status, code=code) as failure:
                self._answer(status, problem(status, code, "Not now."), failure.retry_after)
            case steps.Hang():
                self.server.twilio.released.wait()
                self._reset()
            case steps.Wait(seconds=seconds):
                time.sleep(seconds)
                return True
            case steps.Garbled():
                self._write(200, b"<html>not what you asked for</html>")
            case _:
                self._reset()
        return False

    def _accept(self, form: dict[str, str]) -> Text:
        twilio = self.server.twilio
        return twilio.record(
            Text(
                twilio.account_sid,
                to=form["To"],
                from_=form.get("From", ""),
                body=form["Body"],
                at=twilio.clock(),
                form=form,
                waits=twilio.busy,
            )
        )

    def _refusal(self) -> dict[str, Any] | None:
        twilio = self.server.twilio
        pair = f"{twilio.account_sid}:{twilio.auth_token}".encode()
        if self.headers.get("Authorization") != f"Basic {base64.b64encode(pair).decode()}":
            return problem(401, 20003, "Authenticate")
        if urlsplit(self.path).path != f"{API}/Accounts/{twilio.account_sid}/Messages.json":
            return problem(404, 20404, "The requested resource was not found")
        return None

    def _answer(self, status: int, content: dict[str, Any], retry_after: str = "") -> None:
        self._write(status, json.dumps(content).encode(), retry_after)

    def _write(self, status: int, content: bytes, retry_after: str = "") -> None:
        self.send_response(status)
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _reset(self) -> None:
        """Close with nothing to linger for, which the other side sees as a reset."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.rfile.close()
        self.connection.close()


def _without_page(path: str) -> str:
    """The address of a list, ready for the number of another page."""
    here = urlsplit(path)
    kept = [part for part in here.query.split("&") if part and not part.startswith("Page=")]
    return f"{here.path}?{''.join(f'{part}&' for part in kept)}"


def _faults(form: dict[str, str]) -> dict[str, Any] | None:
    """The checks of the real API that a mistake of ours would run into."""
    if not form.get("To"):
        return problem(400, 21604, "A 'To' phone number is required.")
    if not (form.get("From") or form.get("MessagingServiceSid")):
        return problem(400, 21603, "A 'From' phone number is required.")
    if not form.get("Body"):
        return problem(400, 21602, "Message body is required.")
    if len(form["Body"]) > 1600:
        return problem(400, 21617, "The concatenated message body exceeds the 1600 limit.")
    if not 1 <= int(form.get("ValidityPeriod", 36_000)) <= 36_000:
        return problem(400, 20001, "ValidityPeriod is out of range.")
    return None
