"""What a mail meets at the fake mail server: at RCPT, or at its content (DATA)."""

from dataclasses import dataclass
from typing import Literal

Moment = Literal["rcpt", "data"]


@dataclass(frozen=True)
class Say:
    """Answer with this code and these words; nothing is accepted."""

    moment: Moment
    code: int
    words: str = "not like this"


@dataclass(frozen=True)
class Drop:
    """Break the connection. At DATA, with `accepted`, the mail is on record all the same."""

    moment: Moment
    accepted: bool = True


@dataclass(frozen=True)
class Hang:
    """Never answer. At DATA, with `accepted`, the mail is on record all the same."""

    moment: Moment
    accepted: bool = True


MailStep = Say | Drop | Hang
