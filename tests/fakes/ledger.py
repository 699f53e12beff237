"""What a peer accepted: a record that only grows, and that tests count by whatever we believe.

With a file each entry is a line of JSON, on disk before the peer answers, so that a peer of
another process can be read and a killed one loses nothing.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Self


@dataclass(frozen=True, slots=True)
class Accepted:
    """One text or mail. `message_id` is ours (32 hexadecimal digits, empty where it came without),
    `sid` the peer's; `at` is an instant in UTC."""

    message_id: str
    sid: str
    to: str
    body: str
    at: datetime


class Ledger:
    """Append-only; safe to read while the peer serves."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._entries: list[Accepted] = []
        self._writing = Lock()

    @classmethod
    def read(cls, file: Path) -> Self:
        """The ledger that a peer, perhaps of another process, has written so far."""
        ledger = cls()
        for line in file.read_text(encoding="utf-8").splitlines():
            values = json.loads(line)
            at = datetime.fromisoformat(values.pop("at"))
            ledger.append(Accepted(**values, at=at))
        return ledger

    def append(self, entry: Accepted) -> None:
        with self._writing:
            if self._file is not None:
                line = json.dumps(asdict(entry) | {"at": entry.at.isoformat()})
                with self._file.open("a", encoding="utf-8") as file:
                    file.write(line + "\n")
            self._entries.append(entry)

    def __iter__(self) -> Iterator[Accepted]:
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def times(self) -> Counter[str]:
        """Our id to how often it was accepted."""
        return Counter(entry.message_id for entry in self)

    def twice(self) -> dict[str, int]:
        """Those that were accepted more than once, with how often."""
        return {message_id: count for message_id, count in self.times().items() if count > 1}
