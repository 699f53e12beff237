"""Why a link opens nothing."""


class UnknownLink(Exception):
    """No link has this token, or it was revoked, or it is for something else."""


class ExpiredLink(Exception):
    """The link was good once. `language` is that of who it was sent to."""

    def __init__(self, language: str) -> None:
        super().__init__("the link has expired")
        self.language = language
