"""How many texts the sender may hand over, whoever claims them: parts of the statement that claims.

One row says when the sender may hand over its next text. Its lock is the claimer's until the texts
are claimed and paid for, which is one statement; another claimer waits for no more than that.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings

# What may be saved up; a quick sender saves up what it may send in a second.
BURST = 5

# Where there is no row yet it is made as after a whole burst: a statement can't change what it
# inserted itself.
ALLOWANCE = """
    began AS (
        INSERT INTO scheduler_senderrate (sender, next_at)
        SELECT 'sms', %(now)s + %(spacing)s
         WHERE NOT EXISTS (SELECT FROM scheduler_senderrate WHERE sender = 'sms')
            ON CONFLICT DO NOTHING
        RETURNING %(burst)s AS texts),
    rate AS MATERIALIZED (
        SELECT extract(epoch FROM %(now)s - next_at) * %(per_second)s AS earned
          FROM scheduler_senderrate
         WHERE sender = 'sms' AND next_at <= %(now)s
           FOR UPDATE),
    allowance AS (
        SELECT least(%(limit)s, texts) AS texts FROM began
        UNION ALL
        SELECT least(%(limit)s, %(burst)s, floor(earned) + 1) FROM rate),
"""
ALLOWED = "(SELECT coalesce(sum(texts), 0)::int FROM allowance)"
SPENDING = """,
    spending AS (
        UPDATE scheduler_senderrate
           SET next_at = greatest(next_at, %(now)s - (%(burst)s - 1) * %(spacing)s)
                         + count.texts * %(spacing)s
          FROM (SELECT count(*) AS texts FROM taken) AS count
         WHERE sender = 'sms' AND count.texts > 0)
"""


def rate_values() -> dict[str, Any]:
    per_second = settings.SMS_PER_SECOND
    return {
        "burst": max(BURST, int(per_second)),
        "per_second": per_second,
        "spacing": timedelta(seconds=1 / per_second),
    }
