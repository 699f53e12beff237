"""Twilio's own record of texts: what it took from us, and what people sent to our numbers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from requests.exceptions import RequestException, Timeout
from twilio.base.exceptions import TwilioException
from twilio.http.response import Response
from twilio.rest import Client

from scheduler.transports.base import Listed
from scheduler.transports.errors import NotListed, TransportError

# As large as Twilio's pages get. One number has far fewer texts than there are read at most.
PAGE = 1000
MOST = 10 * PAGE
# Of the newest, so many are looked through for one of ours.
NEWEST = 20
SENT_BY_API, RECEIVED = "outbound-api", "inbound"


class TwilioList:
    """What `Listing` promises, for texts from one number or one messaging service.

    Twilio's list comes page by page, each within the client's time-out. How far it trails behind
    what Twilio took is promised nowhere: `listed_until` shows it.
    """

    def __init__(
        self, client: Callable[[], Client], *, from_number: str, messaging_service_sid: str
    ) -> None:
        self._client = client
        self._number = from_number
        self._service = messaging_service_sid

    def list_sent(self, to: str, *, since: datetime | None = None) -> list[Listed]:
        found = self._read(to=to, **self._ours(), **_sent_since(since))
        return [_listed(message) for message in found if self._is_ours(message)]

    def list_received(self, *, since: datetime) -> list[Listed]:
        return [
            _listed(message)
            for number in self._numbers()
            for message in self._read(to=number, **_sent_since(since))
            if message.direction == RECEIVED
        ]

    def listed_until(self) -> datetime | None:
        with _not_listed():
            newest = self._client().messages.list(**self._ours(), limit=NEWEST, page_size=NEWEST)
        sent = [one.date_sent for one in newest if self._is_ours(one) and one.date_sent]
        return max(sent, default=None)

    def _read(self, **wanted: Any) -> list[Any]:
        with _not_listed():
            found: list[Any] = self._client().messages.list(**wanted, limit=MOST, page_size=PAGE)
        if len(found) == MOST:
            raise NotListed("too-many")
        return found

    def _ours(self) -> dict[str, str]:
        return {"from_": self._number} if self._number else {}

    def _is_ours(self, message: Any) -> bool:
        """Made by us: not Twilio's own answers to STOP, nor texts of another service."""
        ours = not self._service or message.messaging_service_sid == self._service
        return ours and bool(message.direction == SENT_BY_API)

    def _numbers(self) -> list[str]:
        if self._number:
            return [self._number]
        with _not_listed():
            pool = self._client().messaging.v1.services(self._service).phone_numbers.list()
        return [one.phone_number for one in pool]


def _sent_since(since: datetime | None) -> dict[str, datetime]:
    # The client writes a Z behind the time, whatever its zone.
    return {"date_sent_after": since.astimezone(UTC)} if since else {}


def _listed(message: Any) -> Listed:
    return Listed(
        sid=message.sid,
        to=message.to or "",
        from_=message.from_ or "",
        body=message.body or "",
        status=str(message.status or ""),
        error_code=str(message.error_code or ""),
        at=message.date_sent or message.date_created,
    )


@contextmanager
def _not_listed() -> Iterator[None]:
    """Whatever goes wrong, nothing was learned. Twilio's words may name numbers: they go no
    further."""
    try:
        yield
    except TransportError as error:
        raise NotListed(error.code, error.detail) from None
    except Timeout:
        raise NotListed("timeout", "no answer in time") from None
    except RequestException as error:
        raise NotListed("reset", type(error).__name__) from None
    except (TwilioException, ValueError) as error:
        answers = [answer for answer in error.args if isinstance(answer, Response)]
        code = f"http-{answers[0].status_code}" if answers else "unreadable"
        raise NotListed(code, type(error).__name__) from None
