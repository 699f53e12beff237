"""How long word of a delivery may be missing before the message is sent another way.

Seconds, by the name of the message's words. Carriers mostly tell within seconds; what is short here
is waited for, or is of no use a little later. What is not here is sent no other way.
"""

from collections.abc import Mapping

MINUTE = 60
HOUR = 60 * MINUTE

PATIENCE: Mapping[str, int] = {
    "code": 3 * MINUTE,
    "confirmation": 10 * MINUTE,
    "moved": 10 * MINUTE,
    "restored": 10 * MINUTE,
    "cancelled": 10 * MINUTE,
    "late": 5 * MINUTE,
    "closed": 15 * MINUTE,
    "reminder": 2 * HOUR,
    "contact_received": HOUR,
    "contact_unreached": HOUR,
}

# Never longer than this part of the time in which the message is of use.
LONGEST_PART = 0.5
