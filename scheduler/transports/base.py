"""What every transport takes, gives back and raises. Plain values only: no model comes near."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Literal, Protocol, runtime_checkable

from scheduler.transports.errors import TooLate

CalendarMethod = Literal["REQUEST", "CANCEL"]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One text or one mail, ready to leave: placeholders are filled and text is folded.

    `message_id` is ours, the 32 hexadecimal digits of a UUID. `to` is one E.164 number or one
    mail address. `text` is the whole text, or a mail's plain part. The other fields are for mail
    (`subject`, `html`, `calendar` as ICS bytes, `sender_name`, `reply_to`, `unsubscribe_url`,
    which stops more of its kind by one POST) or for texts:
    `valid_for` is how many seconds the carrier may keep trying, `callback_url` is where it
    reports, without our id (the transport adds it), or empty for no reports. `leave_by` is until
    when its content may be given away, in seconds of `time.monotonic`.
    """

    message_id: str
    to: str
    text: str
    subject: str = ""
    html: str = ""
    calendar: bytes | None = None
    calendar_method: CalendarMethod = "REQUEST"
    sender_name: str = ""
    reply_to: str = ""
    unsubscribe_url: str = ""
    valid_for: int | None = None
    callback_url: str = ""
    leave_by: float | None = None

    def may_leave(self) -> None:
        """To be asked right before its content is given away; raises `TooLate`."""
        if self.leave_by is not None and monotonic() >= self.leave_by:
            raise TooLate("too-late")


@dataclass(frozen=True, slots=True)
class Receipt:
    """The message was taken over. `sid` is its name at the other side (64 characters at most)."""

    sid: str


class Transport(Protocol):
    """Sends one message, once. Never retries: whether to try again is the caller's decision."""

    def session(self) -> AbstractContextManager[None]:
        """While it lasts, a connection may be kept from one message to the next."""
        ...

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand the message over, or raise `Refused`, `Unknown` or `TooLate`.

        No transaction may be open.
        """
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """A text on the other side's record, sent or received. `at` is an instant: when it was sent,
    or when it was made where it still waits there. `status` and `error_code` are the other side's
    own words, the second empty where all is well."""

    sid: str
    to: str
    from_: str
    body: str
    status: str
    error_code: str
    at: datetime


@runtime_checkable
class Listing(Protocol):
    """Reads the other side's own record of texts. No transaction may be open."""

    def list_sent(self, to: str, *, since: datetime | None = None) -> list[Listed]:
        """All texts of ours to this number, in no order; those that still wait to be sent, and
        have no date, only without `since`. Raises `NotListed`."""
        ...

    def list_received(self, *, since: datetime) -> list[Listed]:
        """All texts to our numbers, in no order. Raises `NotListed`."""
        ...

    def listed_until(self) -> datetime | None:
        """When the newest text of ours was sent that the record shows. Raises `NotListed`."""
        ...


def seconds_of(retry_after: str) -> int:
    """Of a Retry-After header; 0 where it is none, or a date, for which our own waits do."""
    return int(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0
