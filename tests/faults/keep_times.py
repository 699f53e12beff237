"""python -m tests.faults.keep_times NUMBER: so many times are kept for people with a landline.

It works on the database that the environment names.
"""

import sys
from datetime import UTC, datetime, timedelta

import django

django.setup()

from scheduler.booking.holds.hold_for_call import HoldForCall  # noqa: E402
from scheduler.booking.reserve import reserve  # noqa: E402
from scheduler.core.refusal import Refusal  # noqa: E402
from tests.factories import ZONE, somebody, wanted  # noqa: E402
from tests.open_days import open_day  # noqa: E402

SILENT = {"landline": True, "email": "", "sms_consent": False, "email_consent": False}
HOURS = (9, 10, 11, 13, 14, 15)


def main(number: int) -> None:
    now, kept, days = datetime.now(UTC), 0, 4
    while kept < number:
        assert days < 60, f"only {kept} times are free"
        day = open_day(now.astimezone(ZONE).date() + timedelta(days=days))
        days += 1
        for hour in HOURS:
            start = datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)
            person = somebody(9000 + 10 * days + hour, **SILENT)
            try:
                reserve(
                    HoldForCall(wanted(start, person=person, network=f"198.51.{kept}.0/24")),
                    now=now,
                )
            except Refusal:
                continue
            kept += 1
            if kept == number:
                return


if __name__ == "__main__":
    main(int(sys.argv[1]))
