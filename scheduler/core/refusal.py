"""What every refusal knows of itself. Its words stand in `scheduler.refusals`, by its code."""

from enum import Flag, auto
from typing import ClassVar


class Audience(Flag):
    """Who reads a refusal: a patient on a page, staff on theirs, the caller of the public API."""

    PATIENT = auto()
    STAFF = auto()
    API = auto()


EVERYBODY = Audience.PATIENT | Audience.STAFF | Audience.API


class Refusal(Exception):
    """What was asked for is not done, and a person is to read why.

    `code` is public and never changes; `status` is that of HTTP; `field` is a dotted path such as
    patient.phone, or "" where none is to be put right. `met_by` are the audiences that can meet it,
    each of which has words for it.

    Of an instance: `reason` is one of `reasons` ("" where the code says it all), `params` stand in
    the words, and `retry_after` is in seconds, or None.
    """

    code: ClassVar[str]
    status: ClassVar[int] = 409
    field: ClassVar[str] = ""
    met_by: ClassVar[Audience] = EVERYBODY
    reasons: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, *said: object, reason: str = "", retry_after: int | None = None, **params: object
    ) -> None:
        super().__init__(*said)
        self.reason = reason
        self.retry_after = retry_after
        self.params = params
