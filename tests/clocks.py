"""The quick tests at hours that break careless ones: `python -m tests.clocks [words]`.

Each run begins at that hour of Ohio's clock and goes on from there. Exits with 1 where one failed.
"""

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.services import ROOT

OHIO = ZoneInfo("America/New_York")
PYTEST = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", "--quick"]


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
    }


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, OHIO)


def _offset(day: date) -> timedelta | None:
    return datetime.combine(day, time(0), OHIO).utcoffset()


def main(words: list[str]) -> int:
    selection = ["-k", " ".join(words)] if words else []
    results = {}
    for name, hour in hours(datetime.now(UTC).astimezone(OHIO).date()).items():
        print(f"{name}: {hour.isoformat()}", flush=True)
        run = subprocess.run(
            [*PYTEST, "--clock", hour.isoformat(), *selection], cwd=ROOT, check=False
        )
        results[name] = run.returncode
    for name, code in results.items():
        print(f"{'passed' if code == 0 else 'FAILED'}  {name}")
    return int(any(results.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
