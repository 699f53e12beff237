"""A fake mail server: real SMTP on a free loopback port, refusals and dropped connections.

with FakeSmtp() as server:
    server.refuse("nobody@example.org", 550)
    ...  # point EMAIL_URL at server.url
    assert server.mails[0]["Subject"] == "..."
"""

import asyncio
import email
import threading
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from typing import Literal, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

Moment = Literal["rcpt", "data"]


@dataclass(frozen=True)
class Delivery:
    """One mail as it came: the envelope, the very bytes, and the connection (its other end)."""

    sender: str
    recipients: list[str]
    content: bytes
    connection: object = None


class FakeSmtp:
    """Records what it accepts. `mails` are parsed, in order of arrival."""

    def __init__(self, *, port: int = 0) -> None:
        self.deliveries: list[Delivery] = []
        self._refusals: dict[str, str] = {}
        self._sender_answer = ""
        self._data_answer = ""
        self._drop_at: Moment | None = None
        self._hang_at: Moment | None = None
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

    def refuse(self, address: str, code: int, said: str = "not here") -> None:
        """Answer this recipient with `code`, such as 550 or 451."""
        self._refusals[address] = f"{code} {said}"

    def refuse_sender(self, code: int, said: str = "not from you") -> None:
        """Answer every sender with `code`, such as 553."""
        self._sender_answer = f"{code} {said}"

    def refuse_content(self, code: int, said: str = "not like this") -> None:
        """Answer every mail's content with `code`, such as 552."""
        self._data_answer = f"{code} {said}"

    def drop(self, moment: Moment) -> None:
        """Break the connection at RCPT, or after a mail was recorded but before the answer."""
        self._drop_at = moment

    def hang(self, moment: Moment) -> None:
        """Never answer at RCPT, or never answer a mail that was recorded."""
        self._hang_at = moment

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
        await self._misbehave(server, "rcpt")
        if address in self._refusals:
            return self._refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """A step of aiosmtpd's."""
        if self._data_answer:
            return self._data_answer
        content = envelope.original_content or b""
        with self._changed:
            self.deliveries.append(
                Delivery(envelope.mail_from or "", list(envelope.rcpt_tos), content, session.peer)
            )
            self._changed.notify_all()
        await self._misbehave(server, "data")
        return "250 OK"

    async def _misbehave(self, server: SMTP, moment: Moment) -> None:
        if self._drop_at == moment and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        if self._hang_at == moment:
            await asyncio.Event().wait()


class _Controller(Controller):
    """aiosmtpd's controller, which learns its port when port 0 took a free one."""

    def _trigger_server(self) -> None:
        server = self.server
        assert isinstance(server, asyncio.Server)
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]
