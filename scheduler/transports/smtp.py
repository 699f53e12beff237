"""A mail over SMTP, step by step, so that it is known how far it came."""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from threading import local
from typing import NamedTuple

from django.core.mail.backends.smtp import EmailBackend

from scheduler.transports.errors import Refused, Unknown
from scheduler.transports.mail_refusals import Step, refusal_code

# Of the server's last words, or of how it broke off, so many characters are kept for staff.
MOST_SAID = 300


class _Envelope(NamedTuple):
    """What the server is told of a mail before it gets the content; `size` in bytes."""

    sender: str
    recipient: str
    size: int
    is_ascii: bool


class Smtp(local):
    """Keeps a connection from one mail to the next while a `session` lasts, each thread its own."""

    def __init__(self) -> None:
        self._kept: EmailBackend | None = None
        self._keeps = False

    @contextmanager
    def session(self) -> Iterator[None]:
        self._keeps = True
        try:
            yield
        finally:
            self._keeps = False
            self._leave()

    def send(
        self,
        fresh: EmailBackend,
        content: bytes,
        *,
        sender: str,
        recipient: str,
        may_leave: Callable[[], None],
    ) -> None:
        """Hand a mail over, by the kept connection or by `fresh`; raises `Refused` or `Unknown`.

        `may_leave` is asked right before the content is given away, and may raise.
        """
        try:
            server = self._connected(
                fresh, _Envelope(sender, recipient, len(content), content.isascii())
            )
            may_leave()
            _hand_over(server, content)
        except BaseException:
            self._leave()
            raise
        if not self._keeps:
            self._leave()

    def _connected(self, fresh: EmailBackend, envelope: _Envelope) -> smtplib.SMTP:
        """A connection at which the server waits for the content."""
        if self._kept is not None and self._kept.connection is not None:
            # One that was kept may have ended, or have taken as many mails as it may: whatever is
            # wrong with it, nothing of this mail has been given away yet.
            with suppress(Refused):
                return _hand_in(self._kept, envelope)
            self._leave()
        self._kept = fresh
        return _hand_in(fresh, envelope)

    def _leave(self) -> None:
        """The mail's fate is settled: a failing farewell changes nothing."""
        kept, self._kept = self._kept, None
        if kept is not None:
            with suppress(OSError):
                kept.close()


def _hand_in(backend: EmailBackend, envelope: _Envelope) -> smtplib.SMTP:
    try:
        backend.open()
        server = backend.connection
        if server is None:
            raise Refused("refused", "no connection")
        server.ehlo_or_helo_if_needed()
        options = [f"size={envelope.size}"] if server.has_extn("size") else []
        if not envelope.is_ascii and server.has_extn("8bitmime"):
            options.append("body=8bitmime")
        _must_accept(*server.mail(envelope.sender, options), Step.SENDER)
        _must_accept(*server.rcpt(envelope.recipient), Step.RECIPIENT)
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error, Step.SENDER) from None
    except OSError as error:
        # Whatever broke, the text of the mail has not been given away yet.
        raise Refused("refused", type(error).__name__) from None
    return server


def _hand_over(server: smtplib.SMTP, content: bytes) -> None:
    """From DATA on a silence is ambiguous; an answer never is."""
    try:
        code, said = server.data(content)
    except smtplib.SMTPDataError as error:
        raise _refusal(error.smtp_code, error.smtp_error, Step.CONTENT) from None
    except OSError as error:
        raise Unknown("reset", type(error).__name__, said=str(error)[:MOST_SAID]) from None
    if code < HTTPStatus.OK:
        words = said.decode(errors="replace")[:MOST_SAID]
        raise Unknown("unreadable", "the mail server's answer made no sense", said=words)
    _must_accept(code, said, Step.CONTENT)


def _must_accept(code: int, said: bytes, step: Step) -> None:
    if not HTTPStatus.OK <= code < HTTPStatus.MULTIPLE_CHOICES:
        raise _refusal(code, said, step)


def _refusal(code: int, said: bytes | str, step: Step) -> Refused:
    """SMTP's own number, from 400 on; anything else is a server that doesn't speak SMTP."""
    if code < HTTPStatus.BAD_REQUEST:
        return Refused("refused", "the mail server said no")
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    return Refused(refusal_code(code, words, step), f"{code} at {step.value}")
