"""Local times without a datetime are those of a datetime."""

from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from scheduler.core.local_times import LocalTimes, WallTimes
from scheduler.core.wall_clock import offsets
from tests.core.clock import DAY, NEW_YORK, at

ZONES = [NEW_YORK, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Lord_Howe")]


@given(st.sampled_from(ZONES), st.integers(at("2020-01-01 00:00"), at("2040-01-01 00:00")))
@example(NEW_YORK, at("2026-11-01 00:59"))
@example(NEW_YORK, at("2026-11-01 00:59") + 3600)
@example(NEW_YORK, at("2026-03-08 03:00"))
def test_written(zone: ZoneInfo, instant: int) -> None:
    around = offsets(zone, instant - DAY, instant + DAY)
    expected = datetime.fromtimestamp(instant, zone)
    assert LocalTimes(around)[instant] == expected.isoformat()
    assert WallTimes(around)[instant] == expected.strftime("%Y-%m-%dT%H:%M")
