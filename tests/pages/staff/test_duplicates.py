"""Possible duplicates: seen side by side, told apart, merged."""

import pytest
from django.test import Client

from scheduler.models import AccessEvent, Appointment, Patient
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
        assert manager.post(f"/staff/patients/{pair[1].pk}/apart/")["Location"] == LIST
        assert "Anna" not in words_of(manager.get(LIST))


class TestMerging:
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
