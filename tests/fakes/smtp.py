"""A fake mail server: real SMTP on a free loopback port, refusals and dropped connections.

with FakeSmtp() as server:
    server.refuse("nobody@example.org", 550)
    server.script(Say("data", 451), Drop("data", accepted=True))
    ...  # point EMAIL_URL at server.url
    assert server.mails[0]["Subject"] == "..."
    assert server.ledger.twice() == {}
"""

import asyncio
import email
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from typing import Self
from weakref import WeakKeyDictionary

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.fakes.ledger import Accepted, Ledger
from tests.fakes.smtp_steps import Drop, Hang, MailStep, Moment, Say

__all__ = ["Delivery", "Drop", "FakeSmtp", "Hang", "Say"]


@dataclass(frozen=True)
class Delivery:
    """One mail as it came: the envelope, the very bytes, and the connection (its other end)."""

    sender: str
    recipients: list[str]
    content: bytes
    connection: object = None


class FakeSmtp:
    """Records what it accepts. `mails` are parsed, in order of arrival.

    `ledger` holds the same by our ids, and only grows. `meets` says what a mail meets that no
    script is left for, by its recipient.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        meets: Callable[[str], MailStep | None] = lambda _: None,
        ledger: Ledger | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.deliveries: list[Delivery] = []
        self.meets = meets
        self.clock = clock
        self.ledger = Ledger() if ledger is None else ledger
        self._refusals: dict[str, str] = {}
        self._sender_answer = ""
        self._steps: deque[MailStep] = deque()
        self._always: MailStep | None = None
        self._meeting: WeakKeyDictionary[Session, MailStep | None] = WeakKeyDictionary()
        self._changed = threading.Condition()
        self._controller = _Controller(self, hostname="127.0.0.1", port=port)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @property
    def host(self) -> str:
        """Loopback."""
        return "127.0.0.1"

    @property
    def port(self) -> int:
        """The port that was free."""
        return self._controller.port

    @property
    def url(self) -> str:
        """The value for EMAIL_URL."""
        return f"smtp://{self.host}:{self.port}"

    @property
    def mails(self) -> list[EmailMessage]:
        """What was accepted, parsed by the modern parser."""
        return [
            email.message_from_bytes(delivery.content, _class=EmailMessage, policy=default)
            for delivery in self.deliveries
        ]

    def wait_for(self, count: int, *, seconds: float = 10.0) -> list[EmailMessage]:
        """The mails, once there are at least `count`; raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.deliveries) >= count, timeout=seconds):
                raise TimeoutError(f"{len(self.deliveries)} of {count} mails after {seconds} s")
        return self.mails

    def script(self, *steps: MailStep) -> None:
        """What the next mails meet, one step each; after them all is well again."""
        self._steps.extend(steps)

    def refuse(self, address: str, code: int, said: str = "not here") -> None:
        """Answer this recipient with `code`, such as 550 or 451."""
        self._refusals[address] = f"{code} {said}"

    def refuse_sender(self, code: int, said: str = "not from you") -> None:
        """Answer every sender with `code`, such as 553."""
        self._sender_answer = f"{code} {said}"

    def refuse_content(self, code: int, said: str = "not like this") -> None:
        """Answer every mail's content with `code`, such as 552."""
        self._always = Say("data", code, said)

    def drop(self, moment: Moment) -> None:
        """Break the connection at RCPT, or after a mail was recorded but before the answer."""
        self._always = Drop(moment)

    def hang(self, moment: Moment) -> None:
        """Never answer at RCPT, or never answer a mail that was recorded."""
        self._always = Hang(moment)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """A step of aiosmtpd's."""
        if self._sender_answer:
            return self._sender_answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        """A step of aiosmtpd's."""
        step = self._steps.popleft() if self._steps else self.meets(address) or self._always
        self._meeting[session] = step
        if step is not None and step.moment == "rcpt":
            return await _misbehave(server, step)
        if address in self._refusals:
            return self._refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """A step of aiosmtpd's."""
        step = self._meeting.get(session)
        if step is None or step.moment != "data":
            self._record(session, envelope)
            return "250 OK"
        if not isinstance(step, Say) and step.accepted:
            self._record(session, envelope)
        return await _misbehave(server, step)

    def _record(self, session: Session, envelope: Envelope) -> None:
        content = envelope.original_content or b""
        mail = email.message_from_bytes(content, _class=EmailMessage, policy=default)
        name = str(mail["Message-ID"] or "").strip("<>")
        at = self.clock().astimezone(UTC)
        entry = Accepted(name.partition("@")[0], name, ",".join(envelope.rcpt_tos), "", at)
        self.ledger.append(entry)
        with self._changed:
            self.deliveries.append(
                Delivery(envelope.mail_from or "", list(envelope.rcpt_tos), content, session.peer)
            )
            self._changed.notify_all()


async def _misbehave(server: SMTP, step: MailStep) -> str:
    if isinstance(step, Say):
        return f"{step.code} {step.words}"
    if isinstance(step, Hang):
        await asyncio.Event().wait()
    if isinstance(server.transport, asyncio.Transport):
        server.transport.abort()
    return "421 gone"


class _Controller(Controller):
    """aiosmtpd's controller, which learns its port when port 0 took a free one."""

    def _trigger_server(self) -> None:
        server = self.server
        assert isinstance(server, asyncio.Server)
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]
