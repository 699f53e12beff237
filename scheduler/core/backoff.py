"""What to do after a message was refused: a decision as a value, from the refusal's code.

Codes are Twilio's as strings ("21211"), "smtp-" with the server's reply code ("smtp-550") or
"smtp-policy" where it takes nothing from us, or "refused" where no connection came about. Only what
surely was not sent may be retried.
"""

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


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict, with the seconds to wait before the next attempt where there is one.

    `marks_address` says that the number or mail address is unusable, `opted_out` that its owner
    wants no more texts, `alarms_staff` that a person has to look.
    """

    verdict: Verdict
    delay: int | None = None
    marks_address: bool = False
    alarms_staff: bool = False
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Each wait is four times the one before, from `first` up to `longest` seconds."""

    first: int
    longest: int
    attempts: int = MOST_ATTEMPTS
    alarms_when_given_up: bool = False


_BUSY = _Waiting(5, 15 * MINUTE, alarms_when_given_up=True)
_DAILY_LIMIT = _Waiting(2 * HOUR, 6 * HOUR, alarms_when_given_up=True)
_NO_CONNECTION = _Waiting(15, HOUR, alarms_when_given_up=True)
_UNREACHABLE = _Waiting(45 * MINUTE, 45 * MINUTE, attempts=2)
_CARRIER_TROUBLE = _Waiting(5 * MINUTE, 5 * MINUTE, attempts=2)
_MAIL_DELAYED = _Waiting(MINUTE, HOUR)

_BAD_ADDRESS = Decision(Verdict.PERMANENT, marks_address=True)
_OPTED_OUT = Decision(Verdict.PERMANENT, opted_out=True)
_GIVEN_UP = Decision(Verdict.PERMANENT)
_GIVEN_UP_ALARMED = Decision(Verdict.PERMANENT, alarms_staff=True)
_OUR_SETUP = Decision(Verdict.CONFIGURATION, alarms_staff=True)
_NEVER_SEEN = Decision(Verdict.UNKNOWN, alarms_staff=True)

_WAITING = {
    "20429": _BUSY,
    "63038": _DAILY_LIMIT,
    "30003": _UNREACHABLE,
    "30008": _CARRIER_TROUBLE,
    "refused": _NO_CONNECTION,
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
    # RFC 4954: the server wants us to sign in, or doesn't accept how we do.
    "smtp-530": _OUR_SETUP,
    "smtp-534": _OUR_SETUP,
    "smtp-535": _OUR_SETUP,
    "smtp-538": _OUR_SETUP,
    "smtp-policy": _OUR_SETUP,
    # RFC 5321: a full mailbox and a refused message say nothing against the address.
    "smtp-552": _GIVEN_UP,
    "smtp-554": _GIVEN_UP,
}


def decide(code: str, attempt: int, *, jitter: float) -> Decision:
    """What follows from a refusal with `code` on the `attempt`-th try (the first is 1).

    `jitter` from 0 up to 1 spreads the wait over up to half as much again. A code that is not in
    the table is never retried. Raises ValueError for an attempt below 1.
    """
    if attempt < 1:
        raise ValueError("attempts are counted from one on")
    final = _FINAL.get(code)
    if final is not None:
        return final
    waiting = _WAITING.get(code)
    if waiting is None and code.startswith("smtp-4"):
        waiting = _MAIL_DELAYED
    if waiting is None:
        return _BAD_ADDRESS if code.startswith("smtp-5") else _NEVER_SEEN
    if attempt >= waiting.attempts:
        return _GIVEN_UP_ALARMED if waiting.alarms_when_given_up else _GIVEN_UP
    wait = min(waiting.first * 4 ** (attempt - 1), waiting.longest)
    return Decision(Verdict.RETRY, delay=int(wait * (1 + jitter / 2)))
