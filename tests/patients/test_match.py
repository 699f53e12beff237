"""Who is meant: a proven contact, the name and the birth date, or somebody new."""

from datetime import date

import pytest

from scheduler.patients.match import match_patient
from scheduler.patients.models import Contact, Patient
from scheduler.patients.person import Person
from tests.factories import EMAIL, NOW, PHONE, a_person, make_patient

pytestmark = pytest.mark.django_db
BY_TEXT = [("sms", PHONE)]
BY_MAIL = [("email", EMAIL)]


def matched(person: Person, verified: list[tuple[str, str]] = BY_TEXT) -> Patient:
    return match_patient(person, verified, now=NOW)[0]


class TestSamePatient:
    @pytest.mark.parametrize("name", ["Ana Ruiz", "ana  RUIZ", "Aná Ruíz"])
    def test_by_number_name_and_birth_date(self, name: str) -> None:
        known = make_patient()
        assert matched(a_person(name=name)) == known

    def test_by_mail_address_in_any_case(self) -> None:
        known = make_patient(phone="", email="Ana@Example.org")
        assert matched(a_person(), BY_MAIL) == known

    def test_the_first_of_two(self) -> None:
        known = make_patient()
        make_patient()
        assert matched(a_person()) == known

    def test_is_not_changed_by_what_was_typed(self) -> None:
        known = make_patient(email="old@example.org")
        matched(a_person(name="ANA RUIZ"))
        known.refresh_from_db()
        assert (known.name, known.email) == ("Ana Ruiz", "old@example.org")

    def test_may_have_several_people_who_answer(self) -> None:
        known = make_patient()
        for name, relation in (("Luz Ruiz", "daughter"), ("Leo Ruiz", "son"), ("Leo Ruiz", "son")):
            match_patient(a_person(contact_name=name, relation=relation), BY_TEXT, now=NOW)
        answering = Contact.objects.filter(patient=known).values_list("name", "relation")
        assert sorted(answering) == [("Leo Ruiz", "son"), ("Luz Ruiz", "daughter")]


class TestSomebodyNew:
    def test_a_stranger_is_no_duplicate(self) -> None:
        assert not matched(a_person()).possible_duplicate

    @pytest.mark.parametrize(
        "typed",
        [
            {"name": "Luz Ruiz"},
            {"date_of_birth": date(1958, 3, 10)},
            {"date_of_birth": None},
        ],
    )
    def test_on_a_shared_number_is_another_patient_and_flagged(
        self, typed: dict[str, object]
    ) -> None:
        known = make_patient()
        new = matched(a_person(**typed))
        assert new != known
        assert new.possible_duplicate

    def test_a_typed_address_that_nobody_proved_matches_nobody(self) -> None:
        known = make_patient(phone="+14195550177", email=EMAIL)
        new = matched(a_person(), BY_TEXT)
        assert new != known
        assert new.possible_duplicate

    def test_of_the_same_name_and_birth_date_is_flagged(self) -> None:
        make_patient(phone="+14195550177")
        assert matched(a_person()).possible_duplicate
