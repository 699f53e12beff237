"""The webhooks of the fake Twilio: its forms, signed as the real ones are."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from twilio.request_validator import RequestValidator

from tests.fakes.twilio_records import Text


@dataclass(frozen=True)
class Answer:
    """What a webhook of ours answered."""

    status: int
    body: str


def inbound_form(text: Text) -> dict[str, str]:
    """The form that Twilio posts for an incoming text."""
    return {
        **_common(text),
        "SmsMessageSid": text.sid,
        "Body": text.body,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
    }


def status_form(text: Text, status: str, error_code: int | None = None) -> dict[str, str]:
    """The form that Twilio posts when a text gets, or got, this status."""
    form = {**_common(text), "MessageStatus": status, "SmsStatus": status}
    return form if error_code is None else {**form, "ErrorCode": str(error_code)}


def signature(auth_token: str, url: str, form: Mapping[str, str]) -> str:
    """The value of X-Twilio-Signature for this public address and form."""
    return str(RequestValidator(auth_token).compute_signature(url, form))


def post(auth_token: str, url: str, form: Mapping[str, str]) -> Answer:
    """A signed webhook; answers of 400 and above are answers too."""
    request = Request(url, data=urlencode(form).encode())
    request.add_header("X-Twilio-Signature", signature(auth_token, url, form))
    try:
        with urlopen(request, timeout=15) as response:
            return Answer(response.status, response.read().decode())
    except HTTPError as error:
        return Answer(error.code, error.read().decode())


def _common(text: Text) -> dict[str, str]:
    return {
        "MessageSid": text.sid,
        "SmsSid": text.sid,
        "AccountSid": text.account_sid,
        "From": text.from_,
        "To": text.to,
        "ApiVersion": "2010-04-01",
    }
