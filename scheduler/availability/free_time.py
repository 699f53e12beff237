"""A free time, as it is offered to somebody on the phone."""

from dataclasses import dataclass
from datetime import datetime

ANY, MORNING, AFTERNOON = "any", "morning", "afternoon"


@dataclass(frozen=True, slots=True)
class FreeTime:
    """`start` and `end` are in the clinic's zone; `provider` is a slug."""

    start: datetime
    end: datetime
    provider: str
