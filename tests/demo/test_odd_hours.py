"""Half a year, loaded at odd hours: it is whole, coherent, and there is something to see.

In short, one hour and a few weeks; with `--long` (`make faults`) half a year at each.
"""

from datetime import datetime
from time import process_time

import pytest
import time_machine
from django.conf import settings

from scheduler.accounts.load_roles import load_roles
from scheduler.clinic.load_call_desk import load_call_desk
from scheduler.clinic.load_clinic import load_clinic
from scheduler.demo.cast import WEEKS_BACK
from scheduler.demo.load import load_demo
from tests.demo.looking import FIRST_SCREENS, FLOOR, counts, findings, first_screens
from tests.factories import at

pytestmark = pytest.mark.django_db
HOURS = {
    "Tuesday at noon": at("2026-11-24 12:00"),
    "Saturday at three in the morning": at("2026-11-28 03:00"),
    "New Year's Day": at("2027-01-01 10:00"),
    "the day that is an hour short": at("2027-03-14 09:30"),
    "the day that is an hour long": at("2026-11-01 09:30"),
    "the next one, between its two ones": at("2027-11-07 01:30", fold=1),
}
# Five to six on a quick machine, and machines differ by three times: who waits would notice this.
SECONDS = 30
AHEAD = "visits in the next seven days"


class TestAFewWeeks:
    def test_are_whole_on_a_saturday_at_three_in_the_morning(self) -> None:
        now = HOURS["Saturday at three in the morning"]
        load_and_look(now, {AHEAD: FLOOR[AHEAD]}, weeks_back=6)


@pytest.mark.long
@pytest.mark.parametrize("hour", HOURS)
class TestAtEachHour:
    def test_is_whole(self, hour: str) -> None:
        # Waiting for the disk, or for other work on this machine, is not ours.
        assert load_and_look(HOURS[hour], FLOOR, weeks_back=WEEKS_BACK) < SECONDS


def load_and_look(now: datetime, floor: dict[str, int], *, weeks_back: int) -> float:
    """The seconds of a processor that loading took; `floor` is what there is at the least."""
    with time_machine.travel(now, tick=False):
        load_clinic(settings.CLINIC, now=now)
        load_call_desk()
        load_roles()
        begun = process_time()
        load_demo(now=now, weeks_back=weeks_back)
        seconds = process_time() - begun
        found = counts(now=now)
        print(f"{now:%a %Y-%m-%d %H:%M}: {seconds:.1f} s of CPU, {found}")
        assert {what: found[what] >= least for what, least in floor.items()} == dict.fromkeys(
            floor, True
        )
        assert not findings(now=now)
        for role in FIRST_SCREENS:
            first_screens(role)
        return seconds
