"""What a scripted request to the fake Twilio meets."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fail:
    """Answer an error. A `code` of None answers as a proxy would, without Twilio's code.

    With `accepted` the message is on record all the same. `retry_after` is that header.
    """

    status: int
    code: int | None = None
    accepted: bool = False
    retry_after: str = ""


@dataclass(frozen=True)
class Hang:
    """Say nothing until the fake is closed or `release` is called, then drop the connection."""

    accepted: bool = False


@dataclass(frozen=True)
class Reset:
    """Break the connection. With `accepted` the message is on record all the same."""

    accepted: bool = False


@dataclass(frozen=True)
class Wait:
    """Accept at once, answer after so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Garbled:
    """Accept, and answer 201 with something that isn't JSON."""


Step = Fail | Hang | Reset | Wait | Garbled
