"""Half a year, loaded at odd hours: it is whole, coherent, and there is something to see."""

from datetime import datetime
from time import process_time

import pytest
import time_machine
from django.conf import settings

from scheduler.accounts.load_roles import load_roles
from scheduler.clinic.load_call_desk import load_call_desk
from scheduler.clinic.load_clinic import load_clinic
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


@pytest.mark.parametrize("hour", ["Saturday at three in the morning"])
class TestOneOfThem:
    def test_is_whole(self, hour: str) -> None:
        load_and_look(HOURS[hour])


@pytest.mark.long
@pytest.mark.parametrize("hour", HOURS)
class TestAtEachHour:
    def test_is_whole(self, hour: str) -> None:
        load_and_look(HOURS[hour])


def load_and_look(now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        load_clinic(settings.CLINIC, now=now)
        load_call_desk()
        load_roles()
        begun = process_time()
        load_demo(now=now)
        seconds = process_time() - begun
        found = counts(now=now)
        print(f"{now:%a %Y-%m-%d %H:%M}: {seconds:.1f} s of CPU, {found}")
        assert {what: found[what] >= least for what, least in FLOOR.items()} == dict.fromkeys(
            FLOOR, True
        )
        assert not findings(now=now)
        for role in FIRST_SCREENS:
            first_screens(role)
        # Waiting for the disk, or for other work on this machine, is not ours.
        assert seconds < SECONDS
