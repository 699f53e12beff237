"""Who did what to whom, and who looked: whatever way it was done, and for good."""

import csv
import io
import json
import zipfile

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pghistory.models import Event

from scheduler.accounts.roles import CLINICIAN, DESK
from scheduler.audit.models import AccessEvent
from scheduler.clinic.models import Provider
from scheduler.patients.merge import merge_patients
from scheduler.patients.models import Patient, PatientNote
from tests.factories import EMAIL, NOW, PHONE, book, make_patient, make_time_off
from tests.pages.reading import soup, words_of
from tests.staff import make_user, signed_in

pytestmark = pytest.mark.django_db
TRAIL = "/staff/trail/"
# Changes carry the database's own clock, looks the page's: both lie in these years.
EVER = {"since": "2020-01-01", "until": "2099-12-31"}


@pytest.fixture(autouse=True)
def _nobody_to_wake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.pages.staff.patients.patient.nudge", lambda: None)


@pytest.fixture
def ana(staffed: object) -> Patient:
    return make_patient(email=EMAIL)


def seen(client: Client, **query: object) -> list[str]:
    """The rows of the audit log, each as its words, without their times."""
    page = client.get(TRAIL, {**EVER, **query})
    assert page.status_code == 200, words_of(page)
    rows = soup(page).select("tbody tr")
    return [
        " | ".join(" ".join(cell.get_text(" ").split()) for cell in row("td")[1:]) for row in rows
    ]


def look(user: User, route: str, *patients: Patient) -> None:
    pks = [patient.pk for patient in patients]
    AccessEvent.objects.create(user=user, route=route, method="GET", patients=pks, at=NOW)


def edit(client: Client, patient: Patient, **changes: str) -> None:
    form = {
        "name": patient.name,
        "date_of_birth": "3/9/1958",
        "phone": PHONE,
        "email": EMAIL,
        "language": "en",
        **changes,
    }
    assert client.post(f"/staff/patients/{patient.pk}/edit/", form).status_code == 302


class TestTheTrail:
    def test_tells_of_a_change_on_a_page_by_whom_and_field_by_field(
        self, manager: Client, ana: Patient
    ) -> None:
        edit(signed_in(make_user(DESK)), ana, phone="419-555-0199", language="es")
        assert (
            "desk | changed patient on the patient's page phone: +14195550123 → +14195550199 "
            "language: English → Español | Ana Ruiz"
        ) in seen(manager, patient=ana.pk)

    def test_tells_of_a_change_behind_the_product_s_back(
        self, manager: Client, ana: Patient
    ) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE scheduler_patient SET email = 'eve@example.org'")
        assert seen(manager, patient=ana.pk)[0] == (
            "the product | changed patient email: ana@example.org → eve@example.org | Ana Ruiz"
        )

    def test_tells_of_what_was_removed(self, manager: Client, ana: Patient) -> None:
        away = make_time_off("2026-12-24", reason="Holidays", provider=Provider.objects.get())
        away.save()
        away.delete()
        (row,) = [row for row in seen(manager) if "removed" in row]
        assert "removed time off" in row
        assert "reason: Holidays → nothing" in row

    def test_tells_of_a_look(self, manager: Client, ana: Patient) -> None:
        signed_in(make_user(DESK)).get(f"/staff/patients/{ana.pk}/")
        assert "desk | looked at the patient's page | Ana Ruiz" in seen(manager, patient=ana.pk)

    def test_names_no_address_of_the_product(self, manager: Client, ana: Patient) -> None:
        user = make_user(DESK)
        for route in ("staff/messages/<slug:state>/", "staff/of/old/<int:pk>/"):
            look(user, route, ana)
        rows = seen(manager)
        assert "desk | looked at the list of messages | Ana Ruiz" in rows
        assert "desk | looked at a page that is gone | Ana Ruiz" in rows

    def test_folds_what_is_long(self, manager: Client, ana: Patient) -> None:
        others = [make_patient(f"Person {letter}") for letter in "abcd"]
        look(make_user(DESK), "staff/", ana, *others)
        (row,) = [row for row in seen(manager) if "looked" in row]
        assert row.endswith("Ana Ruiz , Person a , Person b and 2 more Person c , Person d")
        folded = soup(manager.get(TRAIL, EVER)).select("td[data-label=Patient] details a")
        assert {link.get_text() for link in folded} == {"Person c", "Person d"}

    def test_tells_of_visits_in_words(self, manager: Client, ana: Patient) -> None:
        visit = book()
        (row,) = [row for row in seen(manager, patient=visit.patient_id) if "appointment" in row]
        assert "starts at: Nov 24, 2026, 10:00 AM EST" in row
        assert "provider: Dana" in row
        assert "visit type: First visit" in row

    def test_is_on_the_trail_itself_by_what_was_asked_and_not_by_whom_it_showed(
        self, manager: Client, ana: Patient
    ) -> None:
        look(make_user(DESK), "staff/", ana)
        asked = {"user": User.objects.get(username="desk").pk, "words": "calendar"}
        manager.get(TRAIL, {**EVER, **asked})
        event = AccessEvent.objects.latest("pk")
        assert event.patients == []
        assert event.asked == {"since": "2020-01-01", "until": "2099-12-31", "page": 1, **asked}
        row = seen(manager, words="the trail")[0]
        assert row == (
            "manager | looked at the trail from: Jan 1, 2020 to: Dec 31, 2099 who: desk "
            "words: calendar | "
        )

    def test_names_the_patient_whose_trail_was_looked_at(
        self, manager: Client, ana: Patient
    ) -> None:
        look(make_user(DESK), "staff/", ana, make_patient("Ben Other"))
        manager.get(TRAIL, {**EVER, "patient": ana.pk})
        assert AccessEvent.objects.latest("pk").patients == [ana.pk]

    def test_tells_who_may_do_what_since_when_and_of_no_password(self, manager: Client) -> None:
        maria = make_user(DESK, "maria")
        Authenticator.objects.create(user=maria, type="totp", data={"secret": "hush"})
        place = f"/staff/setup/people/{maria.pk}/"
        for deed, value in (("role", CLINICIAN), ("second-step", ""), ("deactivate", "")):
            assert manager.post(place, {"deed": deed, "value": value}).status_code == 302
        rows = [row for row in seen(manager) if "staff" in row or "second step" in row]
        there = "on the list of people who sign in"
        for done in (
            f"removed role of staff {there} user: maria → nothing group: {DESK} → nothing",
            f"added role of staff {there} user: maria group: {CLINICIAN}",
            f"removed second step of a sign-in {there} user: maria → nothing",
            f"changed person on the staff {there} active: yes → no",
        ):
            assert any(row.startswith(f"manager | {done}") for row in rows), rows
        kept = [
            str(apps.get_model("scheduler", name).objects.values())
            for name in ("StaffMemberEvent", "SecondStepEvent")
        ]
        assert "maria" in kept[0]
        assert maria.password not in kept[0]
        assert "hush" not in kept[1]

    def test_goes_on_with_who_was_merged_in(self, manager: Client, ana: Patient) -> None:
        other = make_patient("Anna Ruiz")
        merge_patients(ana.pk, other.pk)
        assert any("name: Anna Ruiz" in row for row in seen(manager, patient=ana.pk))
        assert any("name: Anna Ruiz" in row for row in seen(manager, patient=other.pk))


class TestAsking:
    def test_by_person(self, manager: Client, ana: Patient) -> None:
        user = make_user(DESK)
        edit(signed_in(user), ana, name="Ana New")
        rows = seen(manager, user=user.pk)
        assert {row.split(" | ")[0] for row in rows} == {"desk"}
        assert any("name: Ana Ruiz → Ana New" in row for row in rows)

    def test_by_period(self, manager: Client, ana: Patient) -> None:
        assert seen(manager, until="2021-01-01") == []

    def test_by_words(self, manager: Client, ana: Patient) -> None:
        make_patient("Ben Other")
        assert len(seen(manager, words="ben oth")) == 1
        assert seen(manager, words="100%") == []

    def test_by_the_words_or_the_route_of_a_place(self, manager: Client, ana: Patient) -> None:
        look(make_user(DESK), "staff/", ana)
        look(make_user(DESK, "maria"), "staff/messages/<slug:state>/", ana)
        (row,) = seen(manager, words="The Calendar")
        assert "looked at the calendar" in row
        (row,) = seen(manager, words="<slug:state>")
        assert "looked at the list of messages" in row

    def test_by_a_patient_s_name_leads_to_them(self, manager: Client, ana: Patient) -> None:
        page = manager.get(TRAIL, {**EVER, "about": "rui"})
        assert f"patient={ana.pk}&" in soup(page).select_one("main ul a")["href"]

    @pytest.mark.parametrize(
        "query", [{"since": "x"}, {"user": "0"}, {"patient": "zoe"}, {"page": "-1"}]
    )
    def test_for_what_is_not_there_is_said(self, manager: Client, query: dict[str, str]) -> None:
        page = manager.get(TRAIL, query)
        assert page.status_code == 422
        assert soup(page).select(".usa-error-message")

    def test_in_pages(self, manager: Client, ana: Patient) -> None:
        author = make_user(DESK)
        for number in range(60):
            PatientNote.objects.create(
                patient=ana, text=f"note {number}", by=author, at=ana.created_at
            )
        first, second = (seen(manager, words="note", page=page) for page in (1, 2))
        assert (len(first), len(second)) == (50, 10)
        assert not set(first) & set(second)

    def test_costs_the_same_queries_for_few_and_for_many(
        self, manager: Client, ana: Patient
    ) -> None:
        book()
        manager.get(TRAIL, EVER)
        few = cost(manager)
        for number in range(30):
            make_patient(f"Person {chr(97 + number % 26)}", phone="")
        assert cost(manager) <= few

    def test_is_the_manager_s(self, desk: Client, clinician: Client) -> None:
        for client in (desk, clinician):
            assert client.get(TRAIL).status_code == 403
            assert client.get(f"{TRAIL}export.csv").status_code == 403


def cost(client: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(TRAIL, EVER)
    return len(queries)


class TestTheFile:
    def test_has_a_line_a_field_and_no_formula(self, manager: Client, ana: Patient) -> None:
        PatientNote.objects.create(
            patient=ana, text="=HYPERLINK(1)", by=make_user(DESK), at=ana.created_at
        )
        answer = manager.get(f"{TRAIL}export.csv", {**EVER, "patient": ana.pk})
        lines = list(csv.DictReader(io.StringIO(answer.content.decode())))
        note = next(line for line in lines if line["field"] == "text")
        assert (note["did"], note["what"], note["after"]) == (
            "added",
            "patient note",
            "'=HYPERLINK(1)",
        )
        assert AccessEvent.objects.get().route == "staff/trail/export.csv"

    def test_keeps_the_route_beside_the_words(self, manager: Client, ana: Patient) -> None:
        look(make_user(DESK), "staff/", ana)
        answer = manager.get(f"{TRAIL}export.csv", {**EVER, "words": "calendar"})
        (line,) = csv.DictReader(io.StringIO(answer.content.decode()))
        assert (line["did"], line["what"], line["route"]) == ("looked at", "the calendar", "staff/")


class TestIsForGood:
    def test_looks_can_not_be_changed_or_removed(self, manager: Client, ana: Patient) -> None:
        manager.get(f"/staff/patients/{ana.pk}/")
        for sql in (
            "UPDATE scheduler_accessevent SET patients = '{}'",
            "DELETE FROM scheduler_accessevent",
        ):
            with (
                pytest.raises(DatabaseError, match="Cannot update or delete"),
                transaction.atomic(),
            ):
                run(sql)
        assert AccessEvent.objects.count() == 1

    def test_nor_can_what_was_changed(self, ana: Patient) -> None:
        book()
        tables = [
            model._meta.db_table
            for model in apps.get_app_config("scheduler").get_models()
            if issubclass(model, Event) and model._default_manager.exists()
        ]
        assert {"scheduler_patientevent", "scheduler_appointmentevent"} <= set(tables)
        for table in tables:
            for sql in (f"UPDATE {table} SET pgh_label = 'x'", f"DELETE FROM {table}"):
                with (
                    pytest.raises(DatabaseError, match="Cannot update or delete"),
                    transaction.atomic(),
                ):
                    run(sql)


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


class TestTheRecord:
    def test_of_a_patient_is_exported_with_all_of_it(self, manager: Client, ana: Patient) -> None:
        visit = book()
        PatientNote.objects.create(
            patient=ana, text="<b>bold</b>", by=make_user(DESK), at=ana.created_at
        )
        assert visit.patient == ana
        answer = manager.get(f"/staff/patients/{ana.pk}/export")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
            data = json.loads(file.read("record.json"))
            page = file.read("record.html").decode()
        assert data["patient"][0]["name"] == "Ana Ruiz"
        assert data["appointments"][0]["visit_type"] == "First visit"
        assert {"contacts", "consents", "messages", "notes", "trail"} <= data.keys()
        assert data["messages"]
        assert data["trail"]
        assert "&lt;b&gt;bold" in page
        assert AccessEvent.objects.get().route == "staff/patients/<int:pk>/export"

    def test_is_the_manager_s(self, desk: Client, ana: Patient) -> None:
        assert desk.get(f"/staff/patients/{ana.pk}/export").status_code == 403
