"""What a test leaves behind fits together, or the test fails with what does not."""

from datetime import datetime

from scheduler.data_checks.every_check import every_check
from scheduler.data_checks.run import run


def findings(*, now: datetime) -> list[str]:
    """What does not fit in this test's database, in the words of `manage.py check_data`."""
    outcomes = run(every_check(), now=now)
    return [str(finding) for outcome in outcomes for finding in outcome.findings]
