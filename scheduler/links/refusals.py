"""Why a link opens nothing."""

from scheduler.core.refusal import Audience, Refusal


class UnknownLink(Refusal):
    """No link has this token, or it was revoked, or it is for something else."""

    code = "unknown-token"
    status = 404
    field = "token"
    met_by = Audience.API


class ExpiredLink(Refusal):
    """The link was good once. `language` is that of who it was sent to."""

    code = "unknown-token"
    status = 404
    field = "token"
    met_by = Audience.API

    def __init__(self, language: str) -> None:
        super().__init__("the link has expired")
        self.language = language
