"""A quiet line where the patients are made up, for no statement more."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from scheduler.clinic.models import Clinic
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LINE = "these patients, their visits and their messages are made up"


class TestTheLine:
    def test_stands_on_staffs_pages_while_a_demo_is_loaded(self, desk: Client) -> None:
        desk.get("/staff/patients/")
        with CaptureQueriesContext(connection) as before:
            assert LINE not in desk.get("/staff/patients/").content.decode()
        Clinic.objects.update(demo_loaded_at=NOW)
        with CaptureQueriesContext(connection) as after:
            assert LINE in desk.get("/staff/patients/").content.decode()
        assert len(after) == len(before)

    def test_is_not_for_patients(self, desk: Client) -> None:
        Clinic.objects.update(demo_loaded_at=NOW)
        assert LINE not in desk.get("/").content.decode()
