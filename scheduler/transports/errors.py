"""How a transport says that nothing left, or that nobody knows."""


class TransportError(Exception):
    """`code` is short and stable; `detail` never holds an address, a number or a body.

    `said` is what the other side said in its own words: for staff, and for no log.
    """

    def __init__(self, code: str, detail: str = "", *, said: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.said = said

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code


class TooLate(TransportError):
    """The message was certainly not sent: its time to leave was over before it could."""


class Refused(TransportError):
    """The message was certainly not sent.

    `code` is Twilio's number ("21211"), "smtp-" and the server's number ("smtp-550"), "http-" and
    a status without a code ("http-404"), "smtp-policy" (the mail server takes nothing from us), or
    one of: "refused" (no connection came about, so trying again is safe), "bad-header" and
    "bad-address" (trying again is useless). `retry_after` is how many seconds the other side asked
    us to wait, 0 where it did not say.
    """

    def __init__(self, code: str, detail: str = "", *, retry_after: int = 0) -> None:
        super().__init__(code, detail)
        self.retry_after = retry_after


class Unknown(TransportError):
    """The message may or may not have been sent: it must not be sent again.

    `code` is "timeout", "reset", "unreadable", or a server's error such as "20500".
    """


class NotListed(TransportError):
    """The other side's record could not be read: it says nothing about any message.

    `code` is as above, "too-many" where not all could be read, or "off" where there is none to
    read.
    """
