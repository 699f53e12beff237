"""The quick tests and the browser's at hours that break careless ones.

`python -m tests.clocks [options]`, options of pytest's such as `-k words`. Each run begins at that
hour of Ohio's clock and goes on from there; PostgreSQL's clock, by which the audit log goes, stays
as it is. Exits with 1 where one failed.
"""

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduler.clinic.holidays import federal_holidays_between
from tests.services import ROOT

OHIO = ZoneInfo("America/New_York")
PYTEST = [sys.executable, "-m", "pytest", "-q", "-n", "2"]
# pytest's own number for it.
NOTHING_SELECTED = 5
OF_THE_AUDIT_LOG = (
    "tests/browser/staff/test_patients.py::test_two_become_one_and_it_is_on_the_trail"
)
RUNS = {
    "quick": ["--dist", "worksteal", "--quick"],
    "browser": ["--dist", "loadfile", "tests/browser", "--deselect", OF_THE_AUDIT_LOG],
}


def hours(today: date) -> dict[str, datetime]:
    """The next of each, by name."""
    days = [today + timedelta(days=number) for number in range(1, 370)]
    changes = [day for day in days if _offset(day) != _offset(day + timedelta(days=1))]
    spring, autumn = sorted(changes[:2], key=lambda day: day.month)
    return {
        "a Saturday at noon": _at(next(day for day in days if day.weekday() == 5), time(12)),
        "December 31 at noon": _at(next(d for d in days if (d.month, d.day) == (12, 31)), time(12)),
        "a minute before the clock goes forward": _at(spring, time(1, 59)),
        "the second half past one when it goes back": _at(autumn, time(1, 30, fold=1)),
        "a minute before midnight": _at(days[0], time(23, 59)),
        "a week before a holiday": _at(_next_holiday(today) - timedelta(days=7), time(12)),
    }


def _next_holiday(today: date) -> date:
    """More than a week ahead: who books then books on the holiday."""
    first = today + timedelta(days=8)
    return min(federal_holidays_between(first, first + timedelta(days=365)))


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, OHIO)


def _offset(day: date) -> timedelta | None:
    return datetime.combine(day, time(0), OHIO).utcoffset()


def main(options: list[str]) -> int:
    results = {}
    for name, hour in hours(datetime.now(UTC).astimezone(OHIO).date()).items():
        for part, arguments in RUNS.items():
            print(f"{part}, {name}: {hour.isoformat()}", flush=True)
            run = subprocess.run(
                [*PYTEST, "--clock", hour.isoformat(), *arguments, *options],
                cwd=ROOT,
                check=False,
            )
            results[f"{part}, {name}"] = run.returncode not in (0, NOTHING_SELECTED)
    for name, failed in results.items():
        print(f"{'FAILED' if failed else 'passed'}  {name}")
    return int(any(results.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
