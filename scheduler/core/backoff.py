"""What to do after a message was refused: a decision as a value, from the refusal's code.

Codes are Twilio's as strings ("21211"), "smtp-" with the server's reply code ("smtp-550") or
"smtp-policy" where it takes nothing from us, or "refused" where no connection came about. Only what
surely was not sent may be retried. Whatever the table says, nobody tries longer than a message is
of use: its `expires_at` is the deadline.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

MINUTE = 60
HOUR = 60 * MINUTE
MOST_ATTEMPTS = 6
STOPPED_AT_CARRIER = "21610"


class Verdict(Enum):
    """How the story of a refused message goes on."""

    RETRY = "retry"
    PERMANENT = "permanent"
    CONFIGURATION = "configuration"
    UNKNOWN = "unknown"


class Fault(Enum):
    """Why a message was refused that may be tried again."""

    BUSY = "the other side asks us to wait"
    NO_CONNECTION = "nobody answers"
    DAILY_LIMIT = "no more texts today"
    UNREACHABLE = "the phone is off"
    CARRIER = "trouble between carriers"
    DELAYED = "the mail server wants it later"
    SIGN_IN = "our sign-in is not accepted"


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a message is tried in all (None: until its deadline), and how long it waits.

    The wait before the next attempt is `least` seconds and any time up to `base`, four times as
    much after each attempt, up to `cap`: full jitter, so that what failed together is not tried
    together.
    """

    attempts: int | None
    least: int
    base: int
    cap: int

    def wait(self, attempt: int, jitter: float) -> int:
        """Seconds after this attempt; `jitter` is drawn from 0 up to 1."""
        # Four to the twelfth is far beyond every cap, and years of attempts are no huge number.
        return self.least + int(jitter * min(self.cap, self.base * 4 ** min(attempt - 1, 12)))


RETRIES: Mapping[tuple[str, Fault], Retry] = {
    # channel, fault: attempts, least, base, cap
    ("sms", Fault.BUSY): Retry(None, 1, 10, 5 * MINUTE),
    ("sms", Fault.NO_CONNECTION): Retry(None, 1, 15, 5 * MINUTE),
    ("sms", Fault.SIGN_IN): Retry(None, MINUTE, MINUTE, 5 * MINUTE),
    ("sms", Fault.DAILY_LIMIT): Retry(None, 2 * HOUR, HOUR, 4 * HOUR),
    ("sms", Fault.UNREACHABLE): Retry(2, 45 * MINUTE, 15 * MINUTE, 15 * MINUTE),
    ("sms", Fault.CARRIER): Retry(2, 5 * MINUTE, 3 * MINUTE, 3 * MINUTE),
    ("email", Fault.BUSY): Retry(None, 1, 30, 5 * MINUTE),
    ("email", Fault.NO_CONNECTION): Retry(None, 1, 15, 5 * MINUTE),
    ("email", Fault.SIGN_IN): Retry(None, MINUTE, MINUTE, 5 * MINUTE),
    ("email", Fault.DELAYED): Retry(MOST_ATTEMPTS, MINUTE, MINUTE, HOUR),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict, with the seconds to wait before the next attempt where there is one: after RETRY,
    and after CONFIGURATION where the message can wait until we have put it right.

    `marks_address` says that the number or mail address is unusable, `opted_out` that its owner
    wants no more texts, `of_transport` that the refusal says nothing of this message: the next one
    would meet it as well.
    """

    verdict: Verdict
    delay: int | None = None
    marks_address: bool = False
    opted_out: bool = False
    of_transport: bool = False


_BAD_ADDRESS = Decision(Verdict.PERMANENT, marks_address=True)
_OPTED_OUT = Decision(Verdict.PERMANENT, opted_out=True)
_GIVEN_UP = Decision(Verdict.PERMANENT)
_OUR_SETUP = Decision(Verdict.CONFIGURATION)
_NOTHING_FROM_US = Decision(Verdict.CONFIGURATION, of_transport=True)
_NEVER_SEEN = Decision(Verdict.UNKNOWN)

_OF_TRANSPORT = {Fault.BUSY, Fault.NO_CONNECTION, Fault.DAILY_LIMIT, Fault.SIGN_IN}
_FAULTS = {
    "20429": Fault.BUSY,
    "63038": Fault.DAILY_LIMIT,
    "30003": Fault.UNREACHABLE,
    "30008": Fault.CARRIER,
    "refused": Fault.NO_CONNECTION,
    # RFC 5321: the service is not available, to nobody.
    "smtp-421": Fault.BUSY,
    "20003": Fault.SIGN_IN,
    # RFC 4954: the server wants us to sign in, or doesn't accept how we do.
    "smtp-530": Fault.SIGN_IN,
    "smtp-534": Fault.SIGN_IN,
    "smtp-535": Fault.SIGN_IN,
    "smtp-538": Fault.SIGN_IN,
}
_FINAL = {
    "21211": _BAD_ADDRESS,
    "21614": _BAD_ADDRESS,
    "30005": _BAD_ADDRESS,
    "30006": _BAD_ADDRESS,
    STOPPED_AT_CARRIER: _OPTED_OUT,
    "21408": _OUR_SETUP,
    "30007": _OUR_SETUP,
    "30034": _OUR_SETUP,
    "smtp-policy": _NOTHING_FROM_US,
    # RFC 5321: a full mailbox and a refused message say nothing against the address.
    "smtp-552": _GIVEN_UP,
    "smtp-554": _GIVEN_UP,
}


def decide(
    channel: str, code: str, attempt: int, *, jitter: float, retry_after: int = 0
) -> Decision:
    """What follows from a refusal with `code` on the `attempt`-th try (the first is 1).

    `jitter` is drawn from 0 up to 1; `retry_after` is how many seconds the other side asked us to
    wait at least. A code that is not in the table is never retried. Raises ValueError for an
    attempt below 1.
    """
    if attempt < 1:
        raise ValueError("attempts are counted from one on")
    final = _FINAL.get(code)
    if final is not None:
        return final
    fault = _FAULTS.get(code) or (Fault.DELAYED if code.startswith("smtp-4") else None)
    retry = RETRIES.get((channel, fault)) if fault else None
    if fault is None or retry is None:
        return _BAD_ADDRESS if code.startswith("smtp-5") else _NEVER_SEEN
    of_transport = fault in _OF_TRANSPORT
    if retry.attempts is not None and attempt >= retry.attempts:
        return _GIVEN_UP
    delay = max(retry.wait(attempt, jitter), retry_after)
    verdict = Verdict.CONFIGURATION if fault is Fault.SIGN_IN else Verdict.RETRY
    return Decision(verdict, delay=delay, of_transport=of_transport)
