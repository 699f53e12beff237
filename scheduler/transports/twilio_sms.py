"""Texts through Twilio: one POST, no retry, and an honest word about what came of it."""

import json
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from http import HTTPStatus
from threading import Lock
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from scheduler.transports.base import Listed, Outgoing, Receipt, seconds_of
from scheduler.transports.errors import Refused, Unknown
from scheduler.transports.twilio_list import TwilioList
from scheduler.transports.twilio_post import Answer, post

LONGEST_VALIDITY = 36_000
TOO_MANY_REQUESTS = "20429"


class TwilioSms:
    """Sends texts from one number or one messaging service.

    `api_base` (scheme and host) replaces Twilio's own address, for a peer that stands in for it.
    `timeout` is in seconds, for connecting and for each wait for an answer. Safe to share between
    threads; the client behind it is made on first use, so that a forked worker has its own.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        from_number: str = "",
        messaging_service_sid: str = "",
        api_base: str = "",
        timeout: float = 10.0,
    ) -> None:
        if bool(from_number) == bool(messaging_service_sid):
            raise ValueError("Give either a sending number or a messaging service.")
        if api_base and not (urlsplit(api_base).scheme and urlsplit(api_base).netloc):
            raise ValueError("The API's base needs a scheme and a host.")
        self._credentials = (account_sid, auth_token)
        self._sender = (
            {"From": from_number} if from_number else {"MessagingServiceSid": messaging_service_sid}
        )
        self._api_base = api_base
        self._timeout = timeout
        self._client: Client | None = None
        self._making_client = Lock()
        self._list = TwilioList(
            self._shared_client,
            from_number=from_number,
            messaging_service_sid=messaging_service_sid,
        )

    def session(self) -> AbstractContextManager[None]:
        """Nothing is kept."""
        return nullcontext()

    def send(self, outgoing: Outgoing) -> Receipt:
        """Create the message at Twilio; raises `Refused`, `Unknown` or `TooLate`."""
        answer = post(
            self._api_base,
            f"/2010-04-01/Accounts/{self._credentials[0]}/Messages.json",
            {"To": outgoing.to, "Body": outgoing.text, **self._sender, **_options(outgoing)},
            credentials=self._credentials,
            timeout=self._timeout,
            may_leave=outgoing.may_leave,
        )
        said = _read(answer.body)
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            raise _refusal(answer, said)
        if not said.get("sid"):
            raise Unknown("unreadable", "the answer names no message")
        return Receipt(sid=str(said["sid"]))

    def list_sent(self, to: str, *, since: datetime | None = None) -> list[Listed]:
        return self._list.list_sent(to, since=since)

    def list_received(self, *, since: datetime) -> list[Listed]:
        return self._list.list_received(since=since)

    def listed_until(self) -> datetime | None:
        return self._list.listed_until()

    def _shared_client(self) -> Client:
        with self._making_client:
            if self._client is None:
                http_client = _HttpClient(timeout=self._timeout, api_base=self._api_base)
                self._client = Client(*self._credentials, http_client=http_client)
            return self._client


class _HttpClient(TwilioHttpClient):  # type: ignore[misc]  # it has no types
    """Twilio's client, silent (its log lines hold numbers) and able to talk to another host."""

    def __init__(self, *, timeout: float, api_base: str) -> None:
        # A kept connection that died while idle looks exactly like a lost answer. Texts leave
        # about once a second, so a fresh connection each costs little and keeps us certain.
        super().__init__(pool_connections=False, timeout=timeout)
        self._base = urlsplit(api_base)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        if self._base.netloc:
            here = urlsplit(url)
            url = urlunsplit(here._replace(scheme=self._base.scheme, netloc=self._base.netloc))
        kwargs["headers"] = {**(kwargs.get("headers") or {}), "Connection": "close"}
        response = super().request(method, url, *args, **kwargs)
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            # The library's own error does not say so.
            raise Refused(TOO_MANY_REQUESTS, f"HTTP {response.status_code}")
        return response

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Say nothing."""

    def log_response(self, status_code: int, response: Any) -> None:
        """Say nothing."""


def callback_with_id(outgoing: Outgoing) -> str:
    """Where Twilio reports on this message: the callback address with `message=<our id>`."""
    parts = urlsplit(outgoing.callback_url)
    query = "&".join(filter(None, [parts.query, urlencode({"message": outgoing.message_id})]))
    return urlunsplit(parts._replace(query=query))


def _options(outgoing: Outgoing) -> dict[str, object]:
    options: dict[str, object] = {}
    if outgoing.valid_for is not None:
        options["ValidityPeriod"] = min(max(outgoing.valid_for, 1), LONGEST_VALIDITY)
    if outgoing.callback_url:
        options["StatusCallback"] = callback_with_id(outgoing)
    return options


def _read(body: bytes) -> dict[str, Any]:
    """Twilio's JSON; nothing where it is none, as from a proxy in between."""
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _refusal(answer: Answer, said: dict[str, Any]) -> Refused | Unknown:
    """Twilio answered with an error. Only a server's own failure leaves the matter open. Its words
    name the number: they go no further."""
    own_code = str(said.get("code") or "")
    detail = f"HTTP {answer.status}"
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        # "Requests aren't processed", by Twilio's documentation.
        asked = seconds_of(answer.retry_after)
        return Refused(own_code or TOO_MANY_REQUESTS, detail, retry_after=asked)
    code = own_code or f"http-{answer.status}"
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unknown(code, detail)
    if answer.status == HTTPStatus.REQUEST_TIMEOUT:
        return Unknown(code, detail)
    return Refused(code, detail)
