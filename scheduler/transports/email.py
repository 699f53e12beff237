"""Mail through Django's mail: SMTP, or a mail service's API with anymail."""

import smtplib
from collections.abc import Callable
from contextlib import suppress
from email.generator import BytesGenerator
from http import HTTPStatus
from io import BytesIO

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from requests.exceptions import Timeout

from scheduler.transports.base import Outgoing, Receipt
from scheduler.transports.connection_errors import never_connected
from scheduler.transports.errors import Refused, TransportError, Unknown
from scheduler.transports.mail_message import build
from scheduler.transports.mail_refusals import NO_SUCH_MAILBOX, NOT_THIS_MAIL, Step, refusal_code

SMTP_TRY_LATER = "smtp-421"


class Email:
    """Sends mail from one address, a connection each.

    `connect` makes a Django mail backend; by default the one that EMAIL_URL chose, with `timeout`
    seconds for connecting and for each answer. `message_id_host` ends every Message-ID (by default
    the domain of `from_address`). The receipt's `sid` is our own message id, because that is the
    name by which a mail server knows the mail.
    """

    def __init__(
        self,
        *,
        from_address: str,
        message_id_host: str = "",
        timeout: float = 10.0,
        connect: Callable[[], BaseEmailBackend] | None = None,
    ) -> None:
        self._from_address = from_address
        self._host = message_id_host or from_address.rpartition("@")[2]
        self._connect = connect or (lambda: get_connection(timeout=timeout))

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand the mail to the server; raises `Refused` or `Unknown`."""
        backend = self._connect()
        by_smtp = isinstance(backend, SmtpBackend)
        mail = build(
            outgoing,
            from_address=self._from_address,
            message_id_host=self._host,
            calendar_as_alternative=by_smtp,
        )
        if isinstance(backend, SmtpBackend):
            _by_smtp(backend, mail, sender=self._from_address)
        else:
            _by_service(backend, mail)
        return Receipt(sid=outgoing.message_id)


def _by_smtp(backend: SmtpBackend, mail: EmailMultiAlternatives, *, sender: str) -> None:
    """One SMTP transaction, step by step, so that it is known how far it came."""
    content = _wire_format(mail)
    try:
        try:
            backend.open()
            server = backend.connection
            if server is None:
                raise Refused("refused", "no connection")
            _envelope(server, sender, mail.to[0], len(content))
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, error.smtp_error, Step.SENDER) from None
        except OSError as error:
            # Whatever broke, the text of the mail has not been given away yet.
            raise Refused("refused", type(error).__name__) from None
        _hand_over(server, content)
    finally:
        # The mail's fate is settled: a failing farewell changes nothing.
        with suppress(OSError):
            backend.close()


def _wire_format(mail: EmailMultiAlternatives) -> bytes:
    """The mail as SMTP wants it: every line ends with CR LF."""
    content = BytesIO()
    BytesGenerator(content, mangle_from_=False).flatten(mail.message(), linesep="\r\n")
    return content.getvalue()


def _envelope(server: smtplib.SMTP, sender: str, recipient: str, size: int) -> None:
    server.ehlo_or_helo_if_needed()
    options = [f"size={size}"] if server.has_extn("size") else []
    _must_accept(*server.mail(sender, options), Step.SENDER)
    _must_accept(*server.rcpt(recipient), Step.RECIPIENT)


def _hand_over(server: smtplib.SMTP, content: bytes) -> None:
    """From DATA on a silence is ambiguous; an answer never is."""
    try:
        code, said = server.data(content)
    except smtplib.SMTPDataError as error:
        raise _refusal(error.smtp_code, error.smtp_error, Step.CONTENT) from None
    except OSError as error:
        raise Unknown("reset", type(error).__name__) from None
    if code < HTTPStatus.OK:
        raise Unknown("unreadable", "the mail server's answer made no sense")
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


def _by_service(backend: BaseEmailBackend, mail: EmailMultiAlternatives) -> None:
    try:
        sent = backend.send_messages([mail])
    except AnymailError as error:
        raise _service_trouble(error) from None
    except OSError as error:
        raise Unknown("reset", type(error).__name__) from None
    if not sent:
        raise Refused(NOT_THIS_MAIL, "the mail service took nothing")


def _service_trouble(error: AnymailError) -> TransportError:
    """A mail service's answer in SMTP's words, so that callers need one table for all mail."""
    status = error.status_code or 0
    detail = f"HTTP {status}" if status else type(error).__name__
    if isinstance(error, AnymailRecipientsRefused):
        return Refused(NO_SUCH_MAILBOX, "the mail service knows the address as bad")
    if never_connected(error):
        return Refused("refused", "no connection")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Refused(SMTP_TRY_LATER, detail)
    if 400 <= status < 500 and status != HTTPStatus.REQUEST_TIMEOUT:
        return Refused(NOT_THIS_MAIL, detail)
    if not isinstance(error, AnymailAPIError):
        return Refused(NOT_THIS_MAIL, detail)
    return Unknown("timeout" if isinstance(error, Timeout) else "unreadable", detail)
