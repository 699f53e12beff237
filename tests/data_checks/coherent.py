"""What a test leaves behind fits together, or the test fails with what does not."""

from collections.abc import Iterable
from datetime import UTC, datetime

import psycopg

from scheduler.data_checks.every_check import every_check
from scheduler.data_checks.run import Finding, run


def findings(*, now: datetime) -> list[str]:
    """What does not fit in this test's database, in the words of `manage.py check_data`."""
    outcomes = run(every_check(), now=now)
    return [str(finding) for outcome in outcomes for finding in outcome.findings]


def findings_at(url: str, *, known: Iterable[Finding] = ()) -> list[Finding]:
    """The same for another database, as of now; without what was `known` to be wrong before."""
    before = {(one.check, one.table, one.id) for one in known}
    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        found = [
            Finding(check, *row)
            for check in every_check()
            for row in connection.execute(check.sql.encode(), {"now": datetime.now(UTC)})
        ]
    return [one for one in found if (one.check, one.table, one.id) not in before]
