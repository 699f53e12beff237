"""32 patients and staff do everything that writes, over HTTP, while a web process is killed and a
table is stuck. A minute of it with `--long` (`make faults`); FAULT_SECONDS sets another length."""

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from threading import Event, Thread
from typing import Any

import psutil
import psycopg
import pytest

from scheduler.data_checks.run import Finding
from scheduler.embedded.process import wait_until
from tests.data_checks.coherent import findings_at
from tests.fakes.twilio import FakeTwilio
from tests.faults.patients import Patient
from tests.faults.people import Person
from tests.faults.staff_at_work import Colleague
from tests.faults.test_random_clients import OVERLAPS
from tests.running import Product, peers, running

SHORT, LONG = 12.0, 60.0
PATIENTS, COLLEAGUES = 20, 12
# Times that are kept for people with a landline, whom staff have to call.
KEPT = 12
DONE = {"200", "201", "202", "204", "302", "303"}
# Far longer than a request waits for a lock.
STUCK_FOR = 15.0
# DEBUG: a lock that is asked for out of order is refused, not only logged.
SETTINGS = {"WEB_PROCESSES": "2", "NUM_PROXIES": "1", "DEBUG": "on"}
# One examination room for three providers, days that fill up, and visits whose day has come.
SCARCE = """
    delete from scheduler_visittyperoom
     where room_id in (select id from scheduler_room where slug = 'exam-2');
    update scheduler_visittype set daily_cap = 3 where slug = 'follow-up';
    update scheduler_appointment
       set starts_at = starts_at - interval '28 days', ends_at = ends_at - interval '28 days',
           busy_start = busy_start - interval '28 days', busy_end = busy_end - interval '28 days'
     where id in (select id from scheduler_appointment
                   where status in ('booked', 'confirmed') order by id limit 12);
"""
# An hour passes every few seconds: nobody has had too many codes for long.
AN_HOUR_PASSES = "delete from scheduler_codesent; delete from scheduler_ratelimitevent;"
LIVE = """
    with live as (
        select id, status, provider_id, room_id, patient_id, starts_at, ends_at, overbook_reason,
               busy_start as busy_from, busy_end as busy_to
          from scheduler_appointment
         where status in ('held', 'booked', 'confirmed', 'arrived', 'in_room'))
"""
NOT_ON_PURPOSE = "and a.overbook_reason is null and b.overbook_reason is null"
# A time that is offered to a patient does not keep them from another.
NOT_OFFERED = "and 'held' not in (a.status, b.status)"


class Aftermath:
    """What people were answered, and the database they left."""

    def __init__(
        self, product: Product, people: list[Person], trouble: "Trouble", findings: list[Finding]
    ) -> None:
        self.product = product
        self.killed = trouble.killed
        self.findings = findings
        self.done = sum((person.done for person in people), Counter[str]())
        of_people = [one for person in people for one in person.unexpected]
        self.unexpected = [*of_people, *trouble.unexpected]

    def never_done(self, verbs: Iterable[str]) -> set[str]:
        """Those that were refused, or not found, each time."""
        done = {what.split()[0] for what in self.done if what.split()[1] in DONE}
        return set(verbs) - done

    def statuses(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for what, count in self.done.items():
            found[what.split()[1]] += count
        return found


class Trouble(Thread):
    """Kills a web process and locks a table in the middle of it all, and lets the hours pass."""

    def __init__(self, product: Product, people: list[Person], seconds: float) -> None:
        super().__init__(daemon=True)
        self.product = product
        self.people = people
        self.seconds = seconds
        self.over = Event()
        self.killed = 0
        self.unexpected: list[str] = []

    def run(self) -> None:
        try:
            self._make()
        except Exception as error:
            # Unheard it would leave the mix in peace.
            self.unexpected.append(f"trouble: {error!r}")
            raise

    def _make(self) -> None:
        begun = time.monotonic()
        steps = [(0.2, self.kill), (0.4, self.lock)] + [(0.8, self.kill)] * (self.seconds > SHORT)
        while not self.over.wait(0.5):
            self.product.sql(AN_HOUR_PASSES)
            if steps and time.monotonic() > begun + steps[0][0] * self.seconds:
                steps.pop(0)[1]()

    def kill(self) -> None:
        children = psutil.Process(self.product.pid("web")).children()
        os.kill(random.choice(children).pid, signal.SIGKILL)
        self.killed += 1

    def lock(self) -> None:
        with psycopg.connect(self.product.database_url) as connection:
            connection.execute("lock table scheduler_appointment in access exclusive mode")
            wait_until(lambda: self.over.is_set() or self._somebody_heard(), seconds=STUCK_FOR)

    def _somebody_heard(self) -> bool:
        """That we can't answer: then it has been stuck for long enough."""
        return any(" 503" in what for person in self.people for what in list(person.done))


@pytest.fixture(scope="module")
def seconds(pytestconfig: pytest.Config) -> float:
    usual = LONG if pytestconfig.getoption("--long") else SHORT
    return float(os.environ.get("FAULT_SECONDS", usual))


@pytest.fixture(scope="module")
def aftermath(seconds: float) -> Iterator[Aftermath]:
    with (
        FakeTwilio() as twilio,
        running("web", "worker", "beat", **peers(twilio), **SETTINGS) as product,
    ):
        product.sql(SCARCE)
        known = findings_at(product.database_url)
        sessions = product.sign_in(COLLEAGUES)
        product.keep_times(KEPT)
        until = time.monotonic() + seconds
        people: list[Person] = [
            *(Patient(twilio, product, number, until) for number in range(PATIENTS)),
            *(
                Colleague(session, product, 1000 + number, until)
                for number, session in enumerate(sessions)
            ),
        ]
        trouble = Trouble(product, people, seconds)
        for thread in (*people, trouble):
            thread.start()
        for person in people:
            person.join()
        trouble.over.set()
        trouble.join()
        left = findings_at(product.database_url, known=known)
        found = Aftermath(product, people, trouble, left)
        print(json.dumps({"done": found.done, "killed": found.killed}, sort_keys=True))
        yield found


class TestEverythingAtOnce:
    def test_is_answered_with_what_was_done_or_why_not(self, aftermath: Aftermath) -> None:
        assert aftermath.unexpected == []

    def test_is_lively_enough_to_show_anything(self, aftermath: Aftermath, seconds: float) -> None:
        """People did what they wanted, were refused, and heard that the database was stuck."""
        statuses = aftermath.statuses()
        assert statuses["200"] + statuses["201"] + statuses["302"] > 20
        assert statuses["503"] > 0
        assert aftermath.killed == (2 if seconds > SHORT else 1)
        if seconds >= LONG:
            assert aftermath.never_done({*Patient.verbs, *Colleague.verbs}) == set()

    def test_meets_no_deadlock(self, aftermath: Aftermath) -> None:
        [(deadlocks,)] = aftermath.product.sql(
            "select deadlocks from pg_stat_database where datname = current_database()"
        )
        assert deadlocks == 0

    def test_takes_its_locks_in_order(self, aftermath: Aftermath) -> None:
        assert _lines(aftermath, "lock out of order") == []

    def test_leaves_no_error_in_the_logs(self, aftermath: Aftermath) -> None:
        assert _lines(aftermath, "unexpected error", "request failed 500", "failed: ") == []

    @pytest.mark.parametrize("what", OVERLAPS)
    def test_leaves_no_overlap(self, aftermath: Aftermath, what: str) -> None:
        purpose = NOT_OFFERED if what == "patient" else NOT_ON_PURPOSE
        join = f"select a.id, b.id from live a join live b on a.id < b.id and {OVERLAPS[what]}"
        assert aftermath.product.sql(f"{LIVE} {join} {purpose}") == []

    def test_leaves_nothing_that_does_not_fit_together(self, aftermath: Aftermath) -> None:
        assert [str(finding) for finding in aftermath.findings] == []

    def test_leaves_every_process_at_work(self, aftermath: Aftermath) -> None:
        assert wait_until(lambda: aftermath.product.get("/readyz").status == 200, seconds=30)


def _lines(aftermath: Aftermath, *said: str) -> list[Any]:
    logs = [aftermath.product.log(name) for name in ("web", "worker")]
    return [
        line[:3000]
        for log in logs
        for line in log.splitlines()
        if any(words in line for words in said)
    ]
