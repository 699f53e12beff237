"""Possible duplicates: seen side by side, told apart, merged."""

import pytest
from django.test import Client

from scheduler.audit.models import AccessEvent
from scheduler.booking.models import Appointment
from scheduler.patients.models import Patient
from tests.factories import PHONE, a_person, at, book, make_patient, make_provider
from tests.pages.reading import soup, words_of

pytestmark = pytest.mark.django_db
LIST = "/staff/patients/duplicates/"


@pytest.fixture
def pair(staffed: object) -> tuple[Patient, Patient]:
    """Two Anas on one number; the second is flagged."""
    return make_patient(), make_patient("Anna Ruiz", possible_duplicate=True)


def merge_page(pair: tuple[Patient, Patient]) -> str:
    return f"/staff/patients/{pair[1].pk}/merge/{pair[0].pk}/"


class TestTheList:
    def test_shows_both_and_why(self, manager: Client, pair: tuple[Patient, Patient]) -> None:
        said = words_of(manager.get(LIST))
        assert "the same phone number" in said
        assert {"Ana Ruiz", "Anna Ruiz"} <= {
            link.get_text() for link in soup(manager.get(LIST)).select("th a")
        }
        assert sorted(AccessEvent.objects.latest("pk").patients) == [one.pk for one in pair]

    def test_is_announced_where_patients_are_found(
        self, manager: Client, pair: tuple[Patient, Patient]
    ) -> None:
        link = soup(manager.get("/staff/patients/")).select_one(f'a[href="{LIST}"]')
        assert "1 possible duplicate" in link.get_text()

    def test_is_the_manager_s(
        self, desk: Client, clinician: Client, pair: tuple[Patient, Patient]
    ) -> None:
        for client in (desk, clinician):
            assert client.get(LIST).status_code == 403
            assert client.get(merge_page(pair)).status_code == 403
            assert client.post(merge_page(pair), {"keep": pair[0].pk}).status_code == 403
            assert client.post(f"/staff/patients/{pair[1].pk}/apart/").status_code == 403
        assert not Patient.objects.exclude(merged_into=None).exists()

    def test_forgets_who_was_told_apart(
        self, manager: Client, pair: tuple[Patient, Patient]
    ) -> None:
        answer = manager.post(f"/staff/patients/{pair[1].pk}/apart/", follow=True)
        assert "Anna Ruiz stays a patient of their own." in words_of(answer)
        assert "Anna" not in words_of(manager.get(LIST))

    def test_takes_a_slip_back(self, manager: Client, pair: tuple[Patient, Patient]) -> None:
        page = manager.post(f"/staff/patients/{pair[1].pk}/apart/", follow=True)
        undo = soup(page).select_one("[role=status] form")
        assert undo.button.get_text() == "Undo"
        answer = manager.post(undo["action"], {undo.button["name"]: "1"}, follow=True)
        assert "the same phone number" in words_of(answer)
        assert AccessEvent.objects.filter(patients=[pair[1].pk]).exists()

    @pytest.mark.parametrize("apart", ["0", "x", "9" * 30])
    def test_has_nothing_to_take_back_from_nobody(
        self, manager: Client, pair: tuple[Patient, Patient], apart: str
    ) -> None:
        page = manager.get(LIST, {"apart": apart})
        assert page.status_code == 200
        assert "of their own" not in words_of(page)

    def test_counts_an_equal_birth_date_among_the_reasons(
        self, manager: Client, pair: tuple[Patient, Patient]
    ) -> None:
        said = words_of(manager.get(merge_page(pair)))
        assert "They have the same phone number and the same birth date." in said


class TestMerging:
    def test_says_which_record_each_button_keeps(
        self, manager: Client, pair: tuple[Patient, Patient]
    ) -> None:
        Patient.objects.filter(pk=pair[1].pk).update(name="Ana Ruiz", phone="+14195550188")
        buttons = [one.get_text() for one in soup(manager.get(merge_page(pair))).select("button")]
        assert [words for words in buttons if words.startswith("Merge")] == [
            "Merge, and keep Ana Ruiz, (419) 555-0188, the newer record, added Nov 16, 2026",
            "Merge, and keep Ana Ruiz, (419) 555-0123, the older record, added Nov 16, 2026",
        ]

    def test_keeps_the_one_that_was_chosen(
        self, manager: Client, pair: tuple[Patient, Patient]
    ) -> None:
        first, second = pair
        answer = manager.post(merge_page(pair), {"keep": second.pk})
        assert answer["Location"] == f"/staff/patients/{second.pk}/"
        first.refresh_from_db()
        assert first.merged_into == second

    def test_leads_from_the_old_page_to_the_kept_one(
        self, manager: Client, pair: tuple[Patient, Patient]
    ) -> None:
        first, second = pair
        manager.post(merge_page(pair), {"keep": first.pk})
        answer = manager.get(f"/staff/patients/{second.pk}/")
        assert answer["Location"] == f"/staff/patients/{first.pk}/"
        assert "Merged in Anna Ruiz" in words_of(manager.get(answer["Location"]))

    def test_says_which_visits_stand_against_it(
        self, manager: Client, pair: tuple[Patient, Patient]
    ) -> None:
        make_provider("omar")
        book(at("2026-11-24 10:00"))
        book(at("2026-11-24 10:30"), person=a_person(name="Anna Ruiz"))
        answer = manager.post(merge_page(pair), {"keep": pair[0].pk})
        assert answer.status_code == 409
        said = words_of(answer)
        assert "Nothing was merged" in said
        for visit in Appointment.objects.all():
            assert visit.reference in said

    @pytest.mark.parametrize("keep", ["", "0", "x"])
    def test_wants_one_of_the_two(
        self, manager: Client, pair: tuple[Patient, Patient], keep: str
    ) -> None:
        assert manager.post(merge_page(pair), {"keep": keep}).status_code == 404
        assert not Patient.objects.exclude(merged_into=None).exists()

    def test_is_not_done_by_looking(self, manager: Client, pair: tuple[Patient, Patient]) -> None:
        assert PHONE[-4:] in words_of(manager.get(merge_page(pair)))
        assert not Patient.objects.exclude(merged_into=None).exists()
