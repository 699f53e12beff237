"""Each planted fault is found, by its own check and by no other, and nobody is named.

Many are planted at once, each in a day of its own, and all checks are made once.
"""

import re
from collections.abc import Iterator
from contextlib import nullcontext

import pgtrigger
import pytest
from django.db import connection

from scheduler.clinic.models import Provider
from scheduler.contact_requests.models import ContactRequest
from scheduler.data_checks.every_check import every_check
from scheduler.data_checks.run import Finding, run
from scheduler.messaging.models import Message
from scheduler.patients.models import Contact, Patient
from scheduler.replies.models import InboundText
from tests.data_checks.day import HOUR
from tests.data_checks.planted_faults.in_closures import CLOSURES
from tests.data_checks.planted_faults.in_consents import CONSENTS, REPLIES
from tests.data_checks.planted_faults.in_holds import HOLDS
from tests.data_checks.planted_faults.in_messages import MESSAGES
from tests.data_checks.planted_faults.in_people import PEOPLE
from tests.data_checks.planted_faults.in_reminders import REMINDERS
from tests.data_checks.planted_faults.in_requests import REQUESTS
from tests.data_checks.planted_faults.in_sending import SENDING
from tests.data_checks.planted_faults.in_tasks import TASKS
from tests.data_checks.planted_faults.in_visits import VISITS
from tests.data_checks.planted_faults.planted import Planted
from tests.data_checks.world import World
from tests.factories import NOW, book
from tests.messaging.carriers import Carrier

pytestmark = pytest.mark.django_db
FAULTS = {
    "of visits": VISITS,
    "of holds and tasks": HOLDS + TASKS,
    "of closed days": CLOSURES,
    "of messages": MESSAGES,
    "of reminders and sending": REMINDERS + SENDING,
    "of consents and replies": CONSENTS + REPLIES,
    "of requests and people": REQUESTS + PEOPLE,
}
# Nothing else can be in order then: it is planted alone.
NO_CLINIC = "not-one-clinic"


def found() -> list[Finding]:
    outcomes = run(every_check(), now=NOW + 3 * HOUR)
    return [finding for outcome in outcomes for finding in outcome.findings]


def plant(fault: Planted, row: int) -> int:
    """Break the row; the id of what is wrong then."""
    with pgtrigger.ignore() if fault.unseen else nullcontext(), connection.cursor() as cursor:
        for statement in fault.sql.split(";"):
            cursor.execute(statement % {"id": row})
        made = cursor.fetchone() if cursor.description else None
        return int(made[0]) if made else row


def personal() -> Iterator[str]:
    """What must not be said of anybody who is in the database."""
    for model, fields in {
        Patient: ("name", "phone", "email"),
        Contact: ("name", "phone", "email"),
        ContactRequest: ("name", "phone", "email", "note"),
        Message: ("to", "body", "words"),
        InboundText: ("from_number", "body"),
    }.items():
        for values in model._default_manager.values_list(*fields):
            yield from (str(value) for value in values if value)


class TestFaults:
    @pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS)
    def test_are_each_found_where_they_are_and_nobody_is_named(
        self, dana: Provider, faults: list[Planted]
    ) -> None:
        carrier = Carrier()
        rows = [getattr(World(day, carrier), fault.row) for day, fault in enumerate(faults)]
        planted = {
            f"{row._meta.db_table} {plant(fault, row.pk)}: {fault.check}"
            for fault, row in zip(faults, rows, strict=True)
        }
        findings = found()
        assert {f"{one.table} {one.id}: {one.check.name}" for one in findings} == planted
        assert len(findings) == len(planted) == len(faults)
        secrets = set(personal())
        for finding in findings:
            said = str(finding).removeprefix(f"{finding.table} {finding.id}")
            assert [secret for secret in secrets if secret in said] == []
            assert not re.search(r"[0-9]{4}|@", said)

    def test_are_found_in_a_clinic_that_is_gone(self, dana: Provider) -> None:
        book()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM scheduler_clinic")
        assert {finding.check.name for finding in found()} == {NO_CLINIC}

    def test_are_planted_for_every_check(self) -> None:
        planted = [fault.check for faults in FAULTS.values() for fault in faults]
        assert sorted([*planted, NO_CLINIC]) == sorted(check.name for check in every_check())
