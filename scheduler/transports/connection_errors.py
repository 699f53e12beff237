"""Tells a request that never left from one whose answer never came."""

from collections.abc import Iterator
from ssl import SSLCertVerificationError

from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

NEVER_CONNECTED = (NewConnectionError, ConnectTimeoutError, SSLCertVerificationError)


def never_connected(error: BaseException) -> bool:
    """Whether no connection came about (no name, no route, refused, a wrong certificate).

    Then nothing of the request was given away, so sending it again cannot send it twice.
    """
    return any(isinstance(cause, NEVER_CONNECTED) for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was raised for: requests and urllib3 nest them in their arguments."""
    yield error
    for cause in (getattr(error, "reason", None), error.__cause__, *error.args):
        if isinstance(cause, BaseException):
            yield from _causes(cause)
