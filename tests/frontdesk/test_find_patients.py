"""Finding a patient by whatever the caller says first."""

import json
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from scheduler.clinic.models import Provider
from scheduler.frontdesk.find_patients import find_patients, statement, terms_of
from scheduler.patients.models import Patient
from tests.factories import book, make_patient, somebody
from tests.staff import make_clinician, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> User:
    return make_user()


def names(typed: str, user: User) -> list[str]:
    return [found.name for found in find_patients(typed, user)]


class TestFinds:
    @pytest.fixture(autouse=True)
    def _three_patients(self) -> None:
        make_patient("Ana María Ruiz", phone="+14195550123", date_of_birth=date(1958, 3, 9))
        make_patient("Ben O'Neil", phone="+14195550177", date_of_birth=date(1971, 11, 20))
        make_patient("Luz Ruiz-Anders", phone="+15675550199", date_of_birth=None)

    @pytest.mark.parametrize(
        "typed",
        ["ana maria ruiz", "ANA", "mar", "María", "ruiz ana", "ana ruiz", "ruiz m a", "an mar"],
    )
    def test_by_beginnings_of_the_names_in_any_order(self, desk: User, typed: str) -> None:
        assert "Ana María Ruiz" in names(typed, desk)

    @pytest.mark.parametrize("typed", ["oneil", "O'N", "ben o'neil", "o’neil ben"])
    def test_whatever_the_punctuation(self, desk: User, typed: str) -> None:
        assert names(typed, desk) == ["Ben O'Neil"]

    def test_everybody_of_a_name_sorted_by_it(self, desk: User) -> None:
        assert names("ruiz", desk) == ["Ana María Ruiz", "Luz Ruiz-Anders"]
        assert names("ruiz an", desk) == ["Ana María Ruiz", "Luz Ruiz-Anders"]

    @pytest.mark.parametrize(
        "typed",
        ["4195550123", "(419) 555-0123", "+1 419 555 0123", "1-419-555-0123", "0123", "50123"],
    )
    def test_by_a_part_of_the_phone(self, desk: User, typed: str) -> None:
        assert names(typed, desk) == ["Ana María Ruiz"]

    @pytest.mark.parametrize(
        "typed",
        ["3/9/1958", "03/09/1958", "03-09-1958", "03091958", "1958-03-09", "19580309"],
    )
    def test_by_the_birth_date_as_people_write_it(self, desk: User, typed: str) -> None:
        assert names(typed, desk) == ["Ana María Ruiz"]

    @pytest.mark.parametrize("typed", ["3/9", "3/9/58", "3/9/1", "3/9/195", "1958", "1958-03"])
    def test_by_a_part_of_the_birth_date(self, desk: User, typed: str) -> None:
        assert names(typed, desk) == ["Ana María Ruiz"]

    @pytest.mark.parametrize("typed", ["ruiz 0123", "3/9/1958 an", "ana 419", "419555 ana"])
    def test_by_several_that_narrow_each_other(self, desk: User, typed: str) -> None:
        assert names(typed, desk) == ["Ana María Ruiz"]

    @pytest.mark.parametrize(
        "typed", ["", "  ", "%", "_", "ana%", "\x00", "uiz", "ana 0177", "2/31/1958", "x" * 500]
    )
    def test_nobody_by_what_is_nobodys(self, desk: User, typed: str) -> None:
        assert names(typed, desk) in ([], ["Ana María Ruiz"] if typed == "ana%" else [])

    def test_no_more_than_asked_for(self, desk: User) -> None:
        assert len(find_patients("ruiz", desk, limit=1)) == 1

    def test_a_patient_once_whom_several_keys_find(self, desk: User) -> None:
        make_patient("Ana Anders Anton", phone="+14194194194")
        assert names("an", desk).count("Ana Anders Anton") == 1
        assert names("419", desk).count("Ana Anders Anton") == 1

    def test_nobody_who_was_merged_into_another(self, desk: User) -> None:
        kept, other = Patient.objects.order_by("pk")[:2]
        other.merged_into = kept
        other.save()
        assert names("oneil", desk) == []

    def test_who_has_a_new_name_by_that(self, desk: User) -> None:
        Patient.objects.filter(name="Ben O'Neil").update(folded_name="ben newman")
        assert names("newm", desk) == ["Ben O'Neil"]
        assert names("oneil", desk) == []


class TestShows:
    def test_a_clinician_only_who_has_a_visit_with_them(self, dana: Provider) -> None:
        clinician = make_clinician(dana)
        book(person=somebody(1))
        make_patient("Person Elsewhere")
        assert names("person", clinician) == ["Person ab"]

    def test_nobody_to_who_has_no_business_here(self, clinic: object) -> None:
        make_patient()
        assert names("ana", make_user(None)) == []


SIZE = 3_000
_FILL = """
    INSERT INTO scheduler_patient (name, folded_name, date_of_birth, phone, email, language,
                                   possible_duplicate, created_at)
    SELECT folded, folded, date '1930-01-01' + number, '+1419' || (5550000 + number),
           '', 'en', false, now()
      FROM (SELECT number, 'first' || chr(97 + number %% 26) || ' last'
                   || chr(97 + number / 26 %% 26) || chr(97 + number / 676 %% 26) AS folded
              FROM generate_series(1, %s) AS number) AS made
"""


def plan_of(typed: str, user: User) -> str:
    """The plan of a search, as text."""
    sql, values = statement(terms_of(typed), user, limit=20)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", values)
        found: Any = cursor.fetchone()
    return json.dumps(found[0])


class TestIsServed:
    WORDS = ("lastbc", "first", "firsta last", "5551234", "419", "3/9/1938", "firstc 5551")

    def test_by_the_index_of_the_keys(self, desk: User) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_FILL, [SIZE])
            cursor.execute("ANALYZE scheduler_patient, scheduler_patientkey")
            # So few patients are read whole to find 25 of them: here only what has no index is.
            cursor.execute("SET LOCAL enable_seqscan = off")
        plans = {typed: plan_of(typed, desk) for typed in self.WORDS}
        by_index = {typed for typed, plan in plans.items() if '"Index Name": "patient_key"' in plan}
        assert by_index == set(self.WORDS)
        assert [typed for typed, plan in plans.items() if "Seq Scan" in plan] == []
        assert [typed for typed in self.WORDS if not find_patients(typed, desk)] == []
