"""32 clients do everything at once for some seconds; SQL then looks for what may not be."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.data_checks.coherent import findings_at
from tests.own_database import own_database
from tests.services import ROOT

# A short form, and the one of the long matrix.
SECONDS, LONG = 8, 60
PROCESSES, THREADS = 4, 8

# Little room for many: visits with buffers, one examination room for three providers, days that
# fill up. The demo week goes: it was booked when there were no buffers.
SCARCE = """
    truncate scheduler_appointment cascade;
    update scheduler_visittype set buffer_before_minutes = 5, buffer_after_minutes = 10
     where slug in ('new-patient', 'phone-visit');
    delete from scheduler_visittyperoom
     where room_id in (select id from scheduler_room where slug = 'exam-2');
    update scheduler_visittype set daily_cap = 3 where slug = 'follow-up';
"""
# Busy times from the rules, not from the columns that the constraints look at.
BUSY = """
    with live as (
        select a.id, a.provider_id, a.room_id, a.patient_id, a.status, a.starts_at, a.ends_at,
               a.starts_at - make_interval(mins => t.buffer_before_minutes) as busy_from,
               a.ends_at + make_interval(mins => t.buffer_after_minutes) as busy_to
          from scheduler_appointment a join scheduler_visittype t on t.id = a.visit_type_id
         where a.status in ('held', 'booked', 'confirmed', 'arrived', 'in_room'))
"""
OVERLAPS = {
    "provider": "a.provider_id = b.provider_id and a.busy_from < b.busy_to "
    "and b.busy_from < a.busy_to",
    "room": "a.room_id = b.room_id and a.busy_from < b.busy_to and b.busy_from < a.busy_to",
    "patient": "a.patient_id = b.patient_id and a.starts_at < b.ends_at "
    "and b.starts_at < a.ends_at",
}
IN_TIME_OFF = f"""
    {BUSY}
    select a.id, t.id from live a
      join scheduler_timeoff t
        on (t.provider_id is null or t.provider_id = a.provider_id)
       and (t.room_id is null or t.room_id = a.room_id)
     where (t.first_day + t.starts) at time zone 'America/New_York' < a.busy_to
       and (t.first_day + t.ends) at time zone 'America/New_York' > a.busy_from
"""

OVER_THE_CAP = f"""
    {BUSY}
    select a.provider_id, (a.starts_at at time zone 'America/New_York')::date
      from live a join scheduler_appointment b using (id)
      join scheduler_visittype t on t.id = b.visit_type_id
     group by 1, 2, t.id having count(*) > t.daily_cap
"""


class Aftermath:
    """What the clients reported, and the database they left."""

    def __init__(self, url: str, seconds: int) -> None:
        self._url = url
        self.sql(SCARCE)
        known = findings_at(url)
        self.deadlocks_before = self._deadlocks()
        reports = _run_clients(url, seconds)
        self.done = sum((Counter(one["done"]) for one in reports), Counter[str]())
        self.refused = sum((Counter(one["refused"]) for one in reports), Counter[str]())
        self.unexpected = [trace for one in reports for trace in one["unexpected"]]
        self.deadlocks = self._deadlocks() - self.deadlocks_before
        self.findings = findings_at(url, known=known)

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self._url, autocommit=True) as connection:
            cursor = connection.execute(query.encode())
            return cursor.fetchall() if cursor.description else []

    def _deadlocks(self) -> int:
        [(count,)] = self.sql(
            "select deadlocks from pg_stat_database where datname = current_database()"
        )
        return int(count)


def _run_clients(url: str, seconds: int) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.faults.clients", str(seconds), str(THREADS)]
    processes = [
        subprocess.Popen(
            [*command, str(1000 * number)],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "scheduler.settings", "DATABASE_URL": url},
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    said = [process.communicate(timeout=180 + seconds)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * PROCESSES
    return [json.loads(one) for one in said]


@pytest.fixture(scope="module")
def aftermath(pytestconfig: pytest.Config) -> Iterator[Aftermath]:
    with own_database() as url:
        yield Aftermath(url, LONG if pytestconfig.getoption("--long") else SECONDS)


class TestThirtyTwoClientsAtRandom:
    def test_met_no_error_that_has_no_name(self, aftermath: Aftermath) -> None:
        assert aftermath.unexpected == []

    def test_seldom_waited_for_a_lock_in_vain(self, aftermath: Aftermath) -> None:
        tried = aftermath.done.total() + aftermath.refused.total()
        assert aftermath.refused["busy"] < tried / 10

    def test_were_busy_and_in_each_others_way(self, aftermath: Aftermath) -> None:
        """Otherwise the other tests would show nothing."""
        verbs = {
            "book", "hold_and_verify", "move", "cancel", "undo", "confirm", "take_time_off",
            "come_back",
        }  # fmt: skip
        assert set(aftermath.done) == verbs
        assert aftermath.done.total() > 100
        assert {"SlotTaken", "VisitsInTheWay"} <= set(aftermath.refused)
        assert aftermath.sql("select count(*) from scheduler_timeoff")[0][0] > 0

    @pytest.mark.parametrize("what", OVERLAPS)
    def test_left_no_overlap(self, aftermath: Aftermath, what: str) -> None:
        join = f"select a.id, b.id from live a join live b on a.id < b.id and {OVERLAPS[what]}"
        assert aftermath.sql(BUSY + join) == []

    def test_left_no_visit_inside_time_off(self, aftermath: Aftermath) -> None:
        assert aftermath.sql(IN_TIME_OFF) == []

    def test_left_no_day_with_more_visits_than_its_cap(self, aftermath: Aftermath) -> None:
        assert aftermath.sql(OVER_THE_CAP) == []

    def test_caused_no_deadlock(self, aftermath: Aftermath) -> None:
        assert aftermath.deadlocks == 0

    def test_left_each_live_visit_the_messages_of_its_last_change_only(
        self, aftermath: Aftermath
    ) -> None:
        stale = aftermath.sql(
            "select m.id from scheduler_message m join scheduler_appointment a "
            "on a.id = m.appointment_id where m.status = 'planned' and m.kind <> 'code' "
            "and (m.sequence <> a.sequence or (m.kind like 'reminder-%' "
            "and a.status not in ('booked', 'confirmed')))"
        )
        assert stale == []

    def test_left_nothing_that_does_not_fit_together(self, aftermath: Aftermath) -> None:
        assert [str(finding) for finding in aftermath.findings] == []
