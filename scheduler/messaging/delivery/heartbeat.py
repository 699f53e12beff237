"""Let a part of the product say that it is at work."""

from datetime import datetime

from scheduler.transactions.statements import change_rows

_BEAT = """
    INSERT INTO scheduler_heartbeat (name, at) VALUES (%(name)s, %(at)s)
        ON CONFLICT (name) DO UPDATE SET at = excluded.at
"""


def beat(name: str, *, now: datetime) -> None:
    change_rows(_BEAT, {"name": name, "at": now})
