"""Mail through Django's mail: SMTP, or a mail service's API with anymail."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from http import HTTPStatus

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from requests.exceptions import Timeout

from scheduler.transports.base import Outgoing, Receipt, seconds_of
from scheduler.transports.connection_errors import never_connected
from scheduler.transports.errors import Refused, TransportError, Unknown
from scheduler.transports.mail_message import build, one_address
from scheduler.transports.mail_refusals import NO_SUCH_MAILBOX, NOT_THIS_MAIL
from scheduler.transports.smtp import Smtp
from scheduler.transports.wire_format import wire_format

SMTP_TRY_LATER = "smtp-421"


class Email:
    """Sends mail from one address, a connection each, or one connection a session.

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
        self._smtp = Smtp()

    def session(self) -> AbstractContextManager[None]:
        return self._smtp.session()

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand the mail to the server; raises `Refused`, `Unknown` or `TooLate`."""
        backend = self._connect()
        made = {"from_address": self._from_address, "message_id_host": self._host}
        if isinstance(backend, SmtpBackend):
            self._smtp.send(
                backend,
                wire_format(outgoing, **made),
                sender=self._from_address,
                recipient=one_address(outgoing.to),
                may_leave=outgoing.may_leave,
            )
        else:
            mail = build(outgoing, **made, calendar_as_alternative=False)
            outgoing.may_leave()
            _by_service(backend, mail)
        return Receipt(sid=outgoing.message_id)


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
        return Refused(SMTP_TRY_LATER, detail, retry_after=_asked_to_wait(error))
    if 400 <= status < 500 and status != HTTPStatus.REQUEST_TIMEOUT:
        return Refused(NOT_THIS_MAIL, detail)
    if not isinstance(error, AnymailAPIError):
        return Refused(NOT_THIS_MAIL, detail)
    return Unknown("timeout" if isinstance(error, Timeout) else "unreadable", detail)


def _asked_to_wait(error: AnymailError) -> int:
    """Seconds; 0 where the service said nothing of the kind."""
    headers = getattr(error.response, "headers", None) or {}
    return seconds_of(headers.get("Retry-After", ""))
