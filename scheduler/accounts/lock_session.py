"""Lock a staff member's session after 15 idle minutes, and open it again with the password.

HIPAA asks for automatic logoff (45 CFR 164.312(a)(2)(iii)). A locked session shows and does
nothing; the page in the browser keeps what was typed until it is unlocked.
"""

from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

IDLE = timedelta(minutes=15)
# Who comes back after that signs in afresh.
ENDS = timedelta(hours=12)
_ACTIVE_AT = "staff_active_at"
_WRITE_EVERY = 20


def touch(session: SessionBase, *, polling: bool, now: datetime) -> str:
    """Note that the session is used: "open", "locked" (idle too long) or "over" (far too long).

    A page that asks for news by itself is `polling`, which is no activity. A session that was
    never seen before is open.
    """
    at = now.timestamp()
    active_at = session.get(_ACTIVE_AT)
    idle = 0.0 if active_at is None else at - active_at
    if idle >= ENDS.total_seconds():
        return "over"
    if idle >= IDLE.total_seconds():
        return "locked"
    if active_at is None or (not polling and idle >= _WRITE_EVERY):
        session[_ACTIVE_AT] = at
    return "open"


def unlock(session: SessionBase, *, now: datetime) -> None:
    """The password was right: go on as before."""
    session[_ACTIVE_AT] = now.timestamp()
