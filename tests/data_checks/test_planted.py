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
from tests.data_checks.planted import Planted
from tests.data_checks.planted_elsewhere import OTHERS
from tests.data_checks.planted_in_messages import MESSAGES
from tests.data_checks.planted_in_visits import VISITS
from tests.data_checks.world import HOUR, World
from tests.factories import NOW
from tests.messaging.carriers import Carrier

pytestmark = pytest.mark.django_db


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
    @pytest.mark.parametrize(
        "faults", [VISITS, MESSAGES, OTHERS], ids=["of visits", "of messages", "of all else"]
    )
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
