"""What a mail server's refusal speaks against: the address, ourselves, or this one mail.

Servers say it in two numbers: the reply code (RFC 5321, 4.2) and often the enhanced status code
(RFC 3463), which is the more exact.
"""

import re
from enum import Enum

NO_SUCH_MAILBOX = "smtp-550"
MAILBOX_FULL = "smtp-552"
NOT_THIS_MAIL = "smtp-554"
NOT_FROM_US = "smtp-policy"

_ENHANCED = re.compile(r"\b5\.(\d{1,3})\.(\d{1,3})\b")
# RFC 4954: the server wants us to sign in, or doesn't accept how we do.
_SIGN_IN = {530, 534, 535, 538}
_FULL = 552
_PERMANENT = 500
# RFC 3463, 3.2 and 3.3: the address itself; 1.7 and 1.8 are the sender's.
_OUR_ADDRESS = {("1", "7"), ("1", "8")}
_DISABLED, _TOO_FULL = ("2", "1"), ("2", "2")


class Step(Enum):
    """How far a mail came before the server said no."""

    SENDER = "MAIL FROM"
    RECIPIENT = "RCPT TO"
    CONTENT = "DATA"


def refusal_code(code: int, said: str, step: Step) -> str:
    """The refusal as `core.backoff` knows it: `smtp-` and a number, or `smtp-policy`.

    `code` is the server's reply code from 400 on, `said` its words. Only what the server says of
    the recipient (5xx at RCPT TO, or an enhanced code about the mailbox) comes out as a bad
    address: a refused sender or a refused text is no fault of whoever it was for.
    """
    if code < _PERMANENT or code in _SIGN_IN:
        return f"smtp-{code}"
    if found := _ENHANCED.search(said):
        return _by_enhanced(found[1], found[2], code, step)
    if step is Step.RECIPIENT or code == _FULL:
        return f"smtp-{code}"
    return NOT_FROM_US if step is Step.SENDER else NOT_THIS_MAIL


def _by_enhanced(subject: str, detail: str, code: int, step: Step) -> str:
    if subject == "7" or (subject, detail) in _OUR_ADDRESS:
        return NOT_FROM_US
    if (subject, detail) == _TOO_FULL:
        return MAILBOX_FULL
    if subject == "1" or (subject, detail) == _DISABLED:
        return NO_SUCH_MAILBOX
    if step is Step.RECIPIENT and subject == "0":
        return f"smtp-{code}"
    return NOT_FROM_US if step is Step.SENDER else NOT_THIS_MAIL
