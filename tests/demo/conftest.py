"""A made-up clinic that is loaded once for all tests of a module: it takes a second or more."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from pytest_django import DjangoDbBlocker

from scheduler.accounts.load_roles import load_roles
from scheduler.clinic.load_call_desk import load_call_desk
from scheduler.clinic.load_clinic import load_clinic
from scheduler.demo.load import load_demo
from tests.factories import at

MORNING = at("2026-11-24 10:40")


@pytest.fixture(scope="module")
def lately(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[datetime]:
    """The last weeks of a demo, and now: what is slow about half a year is looked at elsewhere."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(MORNING, tick=False),
        transaction.atomic(),
    ):
        load_clinic(settings.CLINIC, now=MORNING)
        load_call_desk()
        load_roles()
        assert load_demo(now=MORNING, weeks_back=3)
        yield MORNING
        transaction.set_rollback(True)
