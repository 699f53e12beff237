"""A fake Twilio: real HTTP on a free loopback port, scripted failures, signed webhooks.

    with FakeTwilio() as twilio:
        ...  # point TWILIO_API_BASE at twilio.base_url
        twilio.script(Fail(429, 20429), Hang(accepted=True))
        assert twilio.sent[0].to == "+14195550100"

Alone, for a person or another process: python -m tests.fakes.twilio --port 8025
"""

import argparse
import json
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Self

from tests.fakes.twilio_http import Server
from tests.fakes.twilio_records import Text
from tests.fakes.twilio_steps import Fail, Garbled, Hang, Reset, Step, Wait
from tests.fakes.twilio_webhooks import Answer, inbound_form, post, status_form

__all__ = ["Answer", "Fail", "FakeTwilio", "Garbled", "Hang", "Reset", "Step", "Text", "Wait"]

ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "fake-token-of-the-fake-account"
NUMBER = "+14195550199"


class FakeTwilio:
    """Twilio, as far as this product uses it. Safe to read while it serves."""

    def __init__(
        self,
        *,
        port: int = 0,
        account_sid: str = ACCOUNT_SID,
        auth_token: str = AUTH_TOKEN,
        number: str = NUMBER,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        heard: Callable[[Text], None] = lambda _: None,
    ) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.number = number
        self.clock = clock
        self.heard = heard
        self.connections = 0
        self.requests = 0
        self.texts: list[Text] = []
        self.released = threading.Event()
        self._steps: deque[Step] = deque()
        self._changed = threading.Condition()
        self._server = Server(port, self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def base_url(self) -> str:
        """The scheme and host for TWILIO_API_BASE."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def sent(self) -> list[Text]:
        """The texts we sent, in order."""
        return [text for text in self.texts if text.direction == "outbound-api"]

    def script(self, *steps: Step) -> None:
        """What the next requests to send meet, one step each; after them all is well again."""
        self._steps.extend(steps)

    def release(self) -> None:
        """End every `Hang`."""
        self.released.set()

    def wait_for(self, count: int, *, seconds: float = 10.0) -> list[Text]:
        """The texts sent, once there are at least `count`; raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.sent) >= count, timeout=seconds):
                raise TimeoutError(f"{len(self.sent)} of {count} texts after {seconds} s")
        return self.sent

    def next_step(self) -> Step | None:
        """The step that this request meets (for the server)."""
        self.requests += 1
        return self._steps.popleft() if self._steps else None

    def record(self, text: Text) -> Text:
        """Keep a text (for the server, and for texts whose webhook got lost)."""
        with self._changed:
            self.texts.append(text)
            self._changed.notify_all()
        self.heard(text)
        return text

    def receive(self, from_: str, body: str) -> Text:
        """A person texts the clinic; no webhook yet."""
        text = Text(
            self.account_sid,
            to=self.number,
            from_=from_,
            body=body,
            at=self.clock(),
            direction="inbound",
            status="received",
        )
        return self.record(text)

    def post_inbound(self, url: str, text: Text) -> Answer:
        """Tell the product of an incoming text; the same text may be told twice."""
        return post(self.auth_token, url, inbound_form(text))

    def post_status(self, text: Text, status: str, error_code: int | None = None) -> Answer:
        """The text gets a new status: call the callback that it asked for."""
        text.status, text.error_code = status, error_code
        return post(self.auth_token, text.form["StatusCallback"], status_form(text))


def main() -> None:
    """Serve until interrupted; every text is a line of JSON on standard output."""
    arguments = argparse.ArgumentParser(description=FakeTwilio.__doc__)
    arguments.add_argument("--port", type=int, default=0)
    port = arguments.parse_args().port

    def show(text: Text) -> None:
        print(json.dumps(text.as_json()), flush=True)

    with FakeTwilio(port=port, heard=show) as twilio:
        settings = {
            "TWILIO_API_BASE": twilio.base_url,
            "TWILIO_ACCOUNT_SID": twilio.account_sid,
            "TWILIO_AUTH_TOKEN": twilio.auth_token,
            "TWILIO_FROM": twilio.number,
        }
        print(json.dumps(settings), flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
