"""docs/follow-one-booking.md lists the statements of a booking as they are, in their order."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from scheduler.clinic.models import Clinic, Provider
from scheduler.messaging.delivery.claim import Claim, claim_due
from scheduler.messaging.delivery.deliver import deliver
from scheduler.transports.base import Outgoing, Receipt
from tests.api.asking import post, take, the_visit
from tests.factories import NOW, code_of, token_of
from tests.services import ROOT

PAGE = (ROOT / "docs/follow-one-booking.md").read_text("utf-8")
# The audit log's context goes before each statement that changes something.
CONTEXT = re.compile(r"^SELECT set_config\('pghistory.*?, true\);\s*", re.DOTALL)


class Taken:
    """A carrier who takes each text."""

    def session(self) -> AbstractContextManager[None]:
        return nullcontext()

    def send(self, outgoing: Outgoing) -> Receipt:
        return Receipt("SM1")


def in_short(sql: str) -> str:
    """`insert link` of a statement that inserts links; a test's savepoints are transactions."""
    sql = " ".join(CONTEXT.sub("", sql).split())
    for beginning, short in {"SAVEPOINT": "begin", "RELEASE": "commit"}.items():
        if sql.startswith(beginning):
            return short
    if "pg_advisory_xact_lock" in sql:
        return "lock"
    locks = " for update" if re.search(r" FOR (NO KEY )?UPDATE$", sql) else ""
    # The circuit breaker is part of statements that are about messages.
    changed = r'\b(INSERT INTO|UPDATE|DELETE FROM) "?scheduler_(?!circuit)(\w+)'
    if changes := re.search(changed, sql):
        return f"{changes[1].split()[0].lower()} {changes[2]}"
    outside, inside = sql, ""
    while outside != inside:
        outside, inside = re.sub(r"\([^()]*\)", "", outside), outside
    [table, *_] = re.findall(r"scheduler_(\w+)", f"{outside} {sql}")
    return f"select {table}{locks}"


def done_by(act: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        act()
    return [in_short(query["sql"]) for query in queries]


def told(heading: str) -> list[str]:
    """The second column of the section's table."""
    section = PAGE.split(f"\n## {heading}")[1].split("\n## ")[0]
    return re.findall(r"^\| \d+ \| `([^`]+)` \|", section, re.MULTILINE)


@pytest.fixture
def held(client: Client, dana: Provider) -> str:
    take(client)
    return token_of(the_visit())


def test_of_a_hold(client: Client, dana: Provider) -> None:
    assert told("The time is held") == done_by(lambda: take(client))


def test_of_a_code(client: Client, held: str) -> None:
    code = code_of(the_visit())
    done = done_by(lambda: post(client, f"appointments/{held}/verify", {"code": code}))
    assert the_visit().status == "booked"
    assert told("The code is right") == done


def test_of_a_text(client: Client, clinic: Clinic, held: str) -> None:
    now, claims = NOW + timedelta(seconds=2), list[Claim]()

    def claim_and_send() -> None:
        claims.extend(claim_due("sms", limit=10, now=now))
        assert deliver(claims[0], {"sms": Taken()}, clinic, now=now) == "accepted"

    assert told("The text leaves") == done_by(claim_and_send)
