"""The outbox: each message becomes a file, so that it can be read as the patient would see it."""

import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Literal

from scheduler.transports.base import Listed, Outgoing, Receipt
from scheduler.transports.errors import Refused

OutboxChannel = Literal["sms", "email"]
SORTABLE_TIME = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True, slots=True)
class Entry:
    """One message in the outbox. `id` names its file; `sent_at` is an instant in UTC.

    `calendar` is ICS text, empty where there is none.
    """

    id: str
    message_id: str
    channel: str
    to: str
    subject: str
    text: str
    html: str
    calendar: str
    sender_name: str
    sent_at: datetime


class Outbox:
    """Writes the messages of one channel into `folder`; `clock` gives the time, with its zone."""

    def __init__(
        self, folder: Path, *, channel: OutboxChannel, clock: Callable[[], datetime]
    ) -> None:
        self._folder = folder
        self._channel = channel
        self._clock = clock

    def session(self) -> AbstractContextManager[None]:
        """Nothing is kept."""
        return nullcontext()

    def send(self, outgoing: Outgoing) -> Receipt:
        """Write one file, whole or not at all; `Refused` ("refused") if the disk won't take it."""
        sent_at = self._clock().astimezone(UTC)
        content = {
            "message_id": outgoing.message_id,
            "channel": self._channel,
            "to": outgoing.to,
            "subject": outgoing.subject,
            "text": outgoing.text,
            "html": outgoing.html,
            "calendar": (outgoing.calendar or b"").decode(),
            "sender_name": outgoing.sender_name,
            "sent_at": sent_at.isoformat(),
        }
        name = f"{sent_at.strftime(SORTABLE_TIME)}-{outgoing.message_id}.json"
        try:
            _write(self._folder, name, json.dumps(content, ensure_ascii=False, indent=2))
        except OSError as error:
            raise Refused("refused", type(error).__name__) from None
        return Receipt(sid=_sid(outgoing.message_id))

    def list_sent(self, to: str, *, since: datetime | None = None) -> list[Listed]:
        """What was written for this number; the outbox never trails behind."""
        return [
            Listed(_sid(one.message_id), one.to, "", one.text, "sent", "", one.sent_at)
            for one in entries(self._folder)
            if one.to == to and (since is None or one.sent_at >= since)
        ]

    def list_received(self, *, since: datetime) -> list[Listed]:  # noqa: ARG002
        """Nobody writes to an outbox but through its page, which hands each text over itself."""
        return []

    def listed_until(self) -> datetime | None:
        return self._clock()


def _sid(message_id: str) -> str:
    return f"outbox-{message_id}"


def entries(folder: Path) -> list[Entry]:
    """Everything in the outbox, the oldest first. A folder that isn't there is empty."""
    return [_read(path) for path in sorted(folder.glob("[0-9]*.json"))]


def entry(folder: Path, entry_id: str) -> Entry | None:
    """The message with this `Entry.id`, or None. No other file can be reached by any name."""
    for path in folder.glob("[0-9]*.json"):
        if path.stem == entry_id:
            return _read(path)
    return None


def _write(folder: Path, name: str, content: str) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    with NamedTemporaryFile("w", encoding="utf-8", dir=folder, prefix=".", delete=False) as draft:
        path = Path(draft.name)
        try:
            draft.write(content)
            draft.flush()
            os.fsync(draft.fileno())
            path.replace(folder / name)
        except OSError:
            path.unlink(missing_ok=True)
            raise


def _read(path: Path) -> Entry:
    content = json.loads(path.read_text(encoding="utf-8"))
    sent_at = datetime.fromisoformat(content.pop("sent_at"))
    return Entry(id=path.stem, sent_at=sent_at, **content)
