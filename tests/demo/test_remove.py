"""All of the demo can be taken away and nothing else; and it is brought up to date.

What a module loads once (`lately`) each test may take away: its rollback brings it back.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import partial

import pghistory
import pytest
from django.contrib.auth.models import User
from django.db import connection

from scheduler.audit.models import AccessEvent
from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic, Provider
from scheduler.demo import bring_up_to_date as module
from scheduler.demo.bring_up_to_date import Outcome, bring_up_to_date
from scheduler.demo.load import fill, load_demo
from scheduler.demo.models import DemoRow
from scheduler.demo.remove import remove_demo
from scheduler.messaging.models import Consent
from scheduler.patients.models import Patient, PatientNote
from tests.demo.looking import findings
from tests.factories import at, book, make_clinic, make_provider
from tests.staff import make_user

pytestmark = pytest.mark.django_db
Rows = Mapping[str, frozenset[str]]


def rows() -> Rows:
    """Each table, each of its rows as text."""
    tables = set(connection.introspection.table_names()) - {"django_migrations"}
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f'SELECT to_jsonb(one)::text FROM "{table}" AS one')
            found[table] = frozenset(row for (row,) in cursor.fetchall())
    return found


@pytest.fixture
def now(lately: datetime, db: None) -> datetime:
    return lately


class TestRemove:
    def test_leaves_a_real_clinic_as_it_was(self, django_user_model: type[User]) -> None:
        make_clinic()
        make_provider()
        visit = book()
        desk = make_user()
        PatientNote.objects.create(
            patient_id=visit.patient_id or 0, text="Real", by=desk, at=visit.created_at
        )
        AccessEvent.objects.create(
            user=desk,
            route="staff/",
            method="GET",
            patients=[visit.patient_id],
            at=visit.created_at,
        )
        before = rows()
        fill(now=at("2026-11-24 10:40"), weeks_back=1)
        assert Patient.objects.count() > 100
        remove_demo()
        assert rows() == before

    def test_takes_along_what_was_hung_on_it(self, now: datetime) -> None:
        patient = Patient.objects.earliest("pk")
        real = make_user(username="real")
        PatientNote.objects.create(patient=patient, text="Tried out", by=real, at=now)
        Consent.objects.create(
            channel="sms", address=str(patient.phone), granted=True, wording="", source="", at=now
        )
        AccessEvent.objects.create(
            user=real, route="staff/", method="GET", patients=[patient.pk], at=now
        )
        remove_demo()
        assert not Provider.objects.filter(demo=True).exists()
        for model in (Patient, Appointment, PatientNote, Consent, AccessEvent, DemoRow):
            assert not model.objects.exists()
        assert User.objects.filter(pk=real.pk).exists()
        assert Clinic.objects.get().demo_loaded_at is None

    def test_shuts_out_whoever_did_something_real(self, now: datetime) -> None:
        manager = User.objects.get(username="joyce.hartman")
        patient = Patient.objects.create(name="Real One", folded_name="real one", created_at=now)
        PatientNote.objects.create(patient=patient, text="Real", by=manager, at=now)
        remove_demo()
        manager.refresh_from_db()
        assert (manager.is_active, manager.has_usable_password()) == (False, False)
        assert PatientNote.objects.get().by == manager
        assert not User.objects.filter(username="carla.whitmore").exists()


class TestTheNextDay:
    @pytest.fixture
    def loaded_at(self, now: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
        """A moment ago by the database's own clock, which dates what is changed here."""
        monkeypatch.setattr(module, "load_demo", partial(load_demo, weeks_back=1))
        with connection.cursor() as cursor:
            cursor.execute("SELECT now() - interval '1 second'")
            at: datetime = cursor.fetchone()[0]
        Clinic.objects.update(demo_loaded_at=at)
        return at

    def test_it_is_brought_up_to_date(self, loaded_at: datetime) -> None:
        before = set(Patient.objects.values_list("pk", flat=True))
        tomorrow = loaded_at + timedelta(days=1)
        assert bring_up_to_date(now=tomorrow) is Outcome.RENEWED
        assert not before & set(Patient.objects.values_list("pk", flat=True))
        assert not findings(now=tomorrow)

    def test_it_stays_as_somebody_left_it(self, loaded_at: datetime) -> None:
        with pghistory.context(user=1, route="staff/"):
            Patient.objects.filter(pk=Patient.objects.earliest("pk").pk).update(
                date_of_birth=date(1950, 1, 2)
            )
        before = Patient.objects.count()
        assert bring_up_to_date(now=loaded_at + timedelta(days=1)) is Outcome.CHANGED
        assert Patient.objects.count() == before

    def test_on_the_same_day_nothing_happens(self, loaded_at: datetime) -> None:
        assert bring_up_to_date(now=loaded_at) is Outcome.OF_TODAY
