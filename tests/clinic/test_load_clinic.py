"""The clinic is seeded once; afterwards it is edited where it stands."""

from collections.abc import Iterator
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from pytest_django import Settings

from scheduler.clinic.models import Clinic, Condition, Provider, Room, VisitType
from scheduler.demo import bring_up_to_date
from scheduler.demo.load import load_demo
from tests.factories import NOW
from tests.rows import row_counts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fixed_time(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.DATA_DIR = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


def load(*options: str) -> str:
    said = StringIO()
    call_command("load_clinic", *options, stdout=said)
    return said.getvalue()


class TestLoadClinic:
    def test_brings_the_findlay_clinic(self) -> None:
        assert "Pain Management Group, Findlay is loaded." in load()
        clinic = Clinic.objects.get()
        assert (clinic.sms_name, clinic.time_zone, str(clinic.phone)) == (
            "PMG Findlay",
            "America/New_York",
            "+14197216358",
        )
        assert clinic.default_condition == Condition.objects.get(slug="post-laminectomy-syndrome")

    def test_brings_the_visit_types_of_the_design(self) -> None:
        load()
        fields = ("duration_minutes", "notice_business_days", "horizon_days")
        more = ("arrive_early_minutes", "grid_minutes", "booking", "audience")
        found = {one.pop("slug"): tuple(one.values()) for one in _types("slug", *fields, *more)}
        assert found == {
            "new-patient": (60, 2, 90, 20, 15, "online", "new"),
            "follow-up": (30, 1, 180, 10, 15, "online", "returning"),
            "phone-visit": (20, 1, 90, 0, 10, "online", "returning"),
            "procedure": (30, 1, 180, 30, 15, "staff", "everyone"),
            "call": (15, 0, 90, 0, 15, "staff", "everyone"),
        }
        phone = VisitType.objects.get(slug="phone-visit")
        assert "Ohio" in phone.instructions
        assert not phone.rooms.exists()

    def test_twice_changes_nothing(self) -> None:
        load()
        before = row_counts()
        load()
        assert row_counts() == before

    def test_keeps_what_was_edited_and_what_was_removed(self) -> None:
        load()
        Clinic.objects.update(name="The New Name")
        VisitType.objects.filter(slug="phone-visit").delete()
        Room.objects.update(active=False)
        load()
        assert Clinic.objects.get().name == "The New Name"
        assert not VisitType.objects.filter(slug="phone-visit").exists()
        assert not Room.objects.filter(active=True).exists()


class TestDemo:
    def test_brings_a_sign_in_that_others_cannot_read(self, tmp_path: Path, short: None) -> None:
        assert "A made-up clinic is loaded" in load("--demo")
        name, password = (tmp_path / "demo-sign-in.txt").read_text().split()
        assert get_user_model().objects.get(username=name).check_password(password)
        assert (tmp_path / "demo-sign-in.txt").stat().st_mode & 0o777 == 0o600
        before, sign_in = row_counts(), (tmp_path / "demo-sign-in.txt").read_text()
        load("--demo")
        assert row_counts() == before
        assert (tmp_path / "demo-sign-in.txt").read_text() == sign_in

    def test_stays_away_where_messages_would_really_be_sent(self, settings: Settings) -> None:
        settings.SMS_TRANSPORT = "twilio"
        assert "would really be sent" in load("--demo")
        assert not Provider.objects.filter(call_desk=False).exists()

    def test_is_refused_on_a_server(self, settings: Settings) -> None:
        settings.LOCAL = False
        with pytest.raises(CommandError, match="--demo needs"):
            load("--demo")
        assert not Provider.objects.filter(call_desk=False).exists()


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo of a few days, as what is looked at here is not in it."""
    monkeypatch.setattr(bring_up_to_date, "load_demo", partial(load_demo, weeks_back=1))


def _types(*fields: str) -> list[dict[str, Any]]:
    return list(VisitType.objects.values(*fields))
