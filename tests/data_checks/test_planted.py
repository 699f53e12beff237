"""Each planted fault is found, by its own check and by no other, and nobody is named."""

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


class TestAFault:
    @pytest.mark.parametrize("fault", [*VISITS, *MESSAGES, *OTHERS], ids=str)
    def test_is_found_where_it_is_and_nobody_is_named(self, dana: Provider, fault: Planted) -> None:
        row = getattr(World(), fault.row)
        place = f"{row._meta.db_table} {plant(fault, row.pk)}"
        [finding] = found()
        assert f"{finding.table} {finding.id}" == place
        assert finding.check.name == fault.check
        said = str(finding).removeprefix(place)
        assert [secret for secret in personal() if secret in said] == []
        assert not re.search(r"[0-9]{4}|@", said)
