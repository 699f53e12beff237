"""A fake Twilio: real HTTP on a free loopback port, scripted failures, signed webhooks.

    with FakeTwilio() as twilio:
        ...  # point TWILIO_API_BASE at twilio.base_url
        twilio.script(Fail(429, 20429), Hang(accepted=True))
        assert twilio.sent[0].to == "+14195550100"
        assert twilio.ledger.twice() == {}

Alone, for a person or another process: python -m tests.fakes.twilio --port 8025
"""

import argparse
import json
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from tests.fakes.ledger import Accepted, Ledger
from tests.fakes.twilio_http import Server
from tests.fakes.twilio_records import Text
from tests.fakes.twilio_reports import Report, Reporter, Reports, as_they_should, none
from tests.fakes.twilio_steps import Fail, Garbled, Hang, Reset, Step, Wait
from tests.fakes.twilio_webhooks import Answer, inbound_form, post, status_form

__all__ = [
    "Answer",
    "Fail",
    "FakeTwilio",
    "Garbled",
    "Hang",
    "Report",
    "Reset",
    "Step",
    "Text",
    "Wait",
]

ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "fake-token-of-the-fake-account"
NUMBER = "+14195550199"


class FakeTwilio:
    """Twilio, as far as this product uses it. Safe to read while it serves.

    `ledger` holds what it accepted of us, and only grows. `reports` says which callbacks follow
    for a text, by itself; by default none. `meets` says what a request to send meets that no
    script is left for, by its form, `meets_list` the same of one for its list. The list trails by
    `lists_late`. While it is `busy`, what it accepts waits to be sent.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        account_sid: str = ACCOUNT_SID,
        auth_token: str = AUTH_TOKEN,
        number: str = NUMBER,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        heard: Callable[[Text], None] = lambda _: None,
        reports: Reports = none,
        meets: Callable[[dict[str, str]], Step | None] = lambda _: None,
        ledger: Ledger | None = None,
    ) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.number = number
        self.clock = clock
        self.heard = heard
        self.reports = reports
        self.meets = meets
        self.meets_list: Callable[[], Step | None] = lambda: None
        self.ledger = Ledger() if ledger is None else ledger
        self.lists_late = timedelta(0)
        self.busy = False
        self.connections = 0
        self.requests = 0
        self.lists = 0
        self.texts: list[Text] = []
        self.released = threading.Event()
        self._steps: deque[Step] = deque()
        self._list_steps: deque[Step] = deque()
        self._changed = threading.Condition()
        self._reporter = Reporter(self._report)
        self._server = Server(port, self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    def __enter__(self) -> Self:
        self._reporter.start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._reporter.stop()
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

    def script_list(self, *steps: Step) -> None:
        """What the next requests for the list meet, one step each."""
        self._list_steps.extend(steps)

    def release(self) -> None:
        """End every `Hang`."""
        self.released.set()

    def wait_for(self, count: int, *, seconds: float = 10.0) -> list[Text]:
        """The texts sent, once there are at least `count`; raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.sent) >= count, timeout=seconds):
                raise TimeoutError(f"{len(self.sent)} of {count} texts after {seconds} s")
        return self.sent

    def next_step(self, form: dict[str, str]) -> Step | None:
        """The step that this request meets (for the server)."""
        self.requests += 1
        return self._steps.popleft() if self._steps else self.meets(form)

    def next_list_step(self) -> Step | None:
        """The same of a request for the list."""
        self.lists += 1
        return self._list_steps.popleft() if self._list_steps else self.meets_list()

    def record(self, text: Text) -> Text:
        """Keep a text (for the server, and for texts whose webhook got lost)."""
        if text.direction == "outbound-api":
            self.ledger.append(
                Accepted(text.message_id, text.sid, text.to, text.body, text.at.astimezone(UTC))
            )
        with self._changed:
            self.texts.append(text)
            self._changed.notify_all()
        self.heard(text)
        if text.message_id:
            self._reporter.plan(text, self.reports(text))
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
        text.reach(status, error_code)
        form = status_form(text, status, error_code)
        return post(self.auth_token, text.form["StatusCallback"], form)

    def _report(self, text: Text, report: Report) -> Answer:
        return self.post_status(text, report.status, report.error_code)


def main() -> None:
    """Serve until interrupted; every text is a line of JSON on standard output."""
    arguments = argparse.ArgumentParser(description=FakeTwilio.__doc__)
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--ledger", type=Path, help="a file for what it accepts")
    arguments.add_argument("--reports", action="store_true", help="report sent and delivered")
    given = arguments.parse_args()
    reports = as_they_should if given.reports else none

    def show(text: Text) -> None:
        print(json.dumps(text.as_json()), flush=True)

    with FakeTwilio(
        port=given.port, heard=show, reports=reports, ledger=Ledger(given.ledger)
    ) as twilio:
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
