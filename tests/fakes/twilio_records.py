"""What the fake Twilio keeps and how it says it: JSON of the real API's shape."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

API = "/2010-04-01"
# What a text goes through. Callbacks may come in any order; the record never goes back.
ORDER = ("accepted", "queued", "sending", "sent", "failed", "undelivered", "delivered", "read")


@dataclass
class Text:
    """One text, sent by us ("outbound-api") or to us ("inbound"). `at` is an instant in UTC.

    While it `waits` to be sent it has no date, and a list by date leaves it out.
    """

    account_sid: str
    to: str
    from_: str
    body: str
    at: datetime
    form: dict[str, str] = field(default_factory=dict)
    direction: str = "outbound-api"
    status: str = "queued"
    error_code: int | None = None
    waits: bool = False
    sid: str = field(default_factory=lambda: f"SM{uuid.uuid4().hex}")

    @property
    def message_id(self) -> str:
        """Our own id, as the status callback's address carries it."""
        return self.form.get("StatusCallback", "").partition("message=")[2]

    def reach(self, status: str, error_code: int | None = None) -> None:
        """It gets this status, unless it is further already."""
        if status not in ORDER or ORDER.index(status) >= ORDER.index(self.status):
            self.status, self.error_code, self.waits = status, error_code, False

    def as_json(self) -> dict[str, Any]:
        """The message resource, every field of the real one."""
        uri = f"{API}/Accounts/{self.account_sid}/Messages/{self.sid}"
        date = format_datetime(self.at.astimezone(UTC))
        return {
            "account_sid": self.account_sid,
            "api_version": API.strip("/"),
            "body": self.body,
            "date_created": date,
            "date_sent": None if self.waits else date,
            "date_updated": date,
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": None,
            "from": self.from_ or None,
            "messaging_service_sid": self.form.get("MessagingServiceSid"),
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }


def problem(status: int, code: int | None, message: str) -> dict[str, Any]:
    """An error as Twilio words it; without a code, as something in between would."""
    if code is None:
        return {"message": message, "status": status}
    return {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }


def listed(texts: list[Text], *, late: timedelta, now: datetime) -> list[Text]:
    """Those that a list knows which trails by so much."""
    return [text for text in texts if text.at <= now - late]


def matching(texts: list[Text], query: dict[str, str]) -> list[Text]:
    """The newest first, narrowed by To, From and DateSent (a day) or DateSent> and DateSent<."""
    found = [
        text
        for text in texts
        if query.get("To", text.to) == text.to
        and query.get("From", text.from_) == text.from_
        and not (text.waits and any(name.startswith("DateSent") for name in query))
        and _sent_within(text.at.astimezone(UTC).isoformat(), query)
    ]
    return sorted(found, key=lambda text: text.at, reverse=True)


def _sent_within(sent: str, query: dict[str, str]) -> bool:
    day = query.get("DateSent", "")
    after = query.get("DateSent>", "").rstrip("Z")
    before = query.get("DateSent<", "").rstrip("Z")
    return (
        sent.startswith(day[:10])
        and (not after or sent[: len(after)] >= after)
        and (not before or sent[: len(before)] <= before)
    )
